//! Backup: the agent reaches every database, and the parameters make sense.

use super::{Checker, key, service_path};
use crate::blueprint::path::path;
use crate::blueprint::{Backup, Service};
use crate::report::Code;
use crate::value::{Name, Peer};

pub(super) fn check(checker: &mut Checker<'_>) {
    let Some(backup) = &checker.blueprint.backup else { return };
    if let Some(agent) = checker.resolve_service(&backup.agent, &path!["backup", "agent"]) {
        reach(checker, &backup.agent, agent);
    }
    parameters(checker, backup);
    for (name, service) in checker.services() {
        let Some(data) = &service.backup else { continue };
        for (index, purpose) in data.files.iter().enumerate() {
            let at = service_path(name, "backup").join("files").join(index);
            let names = service.volumes.keys().map(Name::as_str);
            checker.resolve(&service_path(name, "volumes"), names, purpose.as_str(), &at);
        }
    }
}

fn reach(checker: &mut Checker<'_>, agent_name: &Name, agent: &Service) {
    for (name, service) in checker.services() {
        let Some(dump) = service.backup.as_ref().and_then(|data| data.dump.as_ref()) else { continue };
        let is_reached = agent
            .flows
            .values()
            .any(|flow| flow.peer == Peer::Service(name.clone()) && flow.port == dump.port);
        if !is_reached && !checker.tree.dropped(&service_path(agent_name, "flows")) {
            let message = format!("the backup agent `{agent_name}` can't reach the database `{name}`");
            let places = [
                (&service_path(agent_name, "flows"), "no flow leads there"),
                (&service_path(name, "backup"), "has to be dumped"),
            ];
            let help = format!("add a flow `{name}:{}` to `services.{agent_name}.flows`", dump.port);
            checker.report_pair(Code::BackupUnreached, places, message, &help);
        }
        if !agent.secrets.values().any(|secret| *secret == dump.secret) {
            let message = format!("the backup agent `{agent_name}` has no credential for `{name}`");
            let at = service_path(agent_name, "secrets");
            let help = format!("add the secret `{}` to `services.{agent_name}.secrets`", dump.secret);
            checker.report(Code::BackupUnreached, &at, message, help);
        }
    }
}

fn parameters(checker: &mut Checker<'_>, backup: &Backup) {
    let is_remote = backup.remote.split_once(':').is_some_and(|(remote, path)| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-/".contains(&b);
        !remote.is_empty() && !remote.starts_with('-') && (remote.to_string() + path).bytes().all(allowed)
    });
    if !is_remote {
        let message = format!("{:?} is no rclone remote", backup.remote);
        checker.report(
            Code::BackupRemote,
            &path!["backup", "remote"],
            message,
            "write NAME:PATH, such as remote:backups",
        );
    }
    if let Some(Err(reason)) = backup.recipient.as_deref().map(key::gpg_public_key) {
        let help = "paste the output of `gpg --armor --export ADDRESS`";
        checker.report(Code::BadKey, &path!["backup", "recipient"], reason, help);
    }
    let kept = &backup.retention;
    if kept.daily == 0 {
        let at = path!["backup", "retention", "daily"];
        checker.report(
            Code::RetentionZero,
            &at,
            "no daily set is kept, so none survives the next",
            "keep at least one",
        );
    }
}

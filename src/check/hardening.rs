//! The strictest profile holds for every service; each exception says why.

use super::{Checker, service_path};
use crate::blueprint::{Capability, HostNamespace, Mount, Reason, Service};
use crate::report::Code;
use crate::value::Name;

pub(super) fn check(checker: &mut Checker<'_>) {
    for (name, service) in checker.services() {
        network_capabilities(checker, name, service);
        let exceptions = exceptions(checker, service);
        for (reason, key, what) in &exceptions {
            if !service.reasons.contains_key(reason) {
                let at = service_path(name, key);
                let message = format!("`{name}` {what}, and no reason is given");
                let help = format!("add `reasons: {{{}: ...}}`, or do without it", reason_key(*reason));
                checker.report(Code::ReasonMissing, &at, message, help);
            }
        }
        for (reason, text) in &service.reasons {
            let at = service_path(name, "reasons").join(reason_key(*reason).as_str());
            if !exceptions.iter().any(|(used, ..)| used == reason) {
                let message = format!("`{name}` gives a reason for an exception that it doesn't make");
                checker.report(Code::ReasonUnneeded, &at, message, "remove it");
            } else if text.trim().len() < 10 {
                let message = format!("{text:?} is no reason");
                checker.report(Code::ReasonMissing, &at, message, "say in a sentence what would not work");
            }
        }
    }
}

/// With these a container takes a neighbour's address and MAC, which is what the packet filter knows it by.
fn network_capabilities(checker: &mut Checker<'_>, name: &Name, service: &Service) {
    for (index, capability) in service.cap_add.iter().enumerate() {
        if matches!(capability, Capability::NetAdmin | Capability::NetRaw) {
            let at = service_path(name, "cap_add").join(index);
            let message = format!("`{name}` could take the address of another container");
            checker.report(Code::NetworkCapability, &at, message, "remove it; no reason is good enough");
        }
    }
}

type Exception = (Reason, &'static str, &'static str);

fn exceptions(checker: &Checker<'_>, service: &Service) -> Vec<Exception> {
    let mut found: Vec<Exception> = Vec::new();
    let mut add = |holds: bool, exception: Exception| {
        if holds {
            found.push(exception);
        }
    };
    let shares = |namespace| service.host_namespaces.contains(&namespace);
    add(service.read_only == Some(false), (Reason::ReadOnly, "read_only", "has a writable root file system"));
    let gains = service.no_new_privileges == Some(false);
    add(gains, (Reason::NoNewPrivileges, "no_new_privileges", "lets its processes gain privileges"));
    add(!service.cap_add.is_empty(), (Reason::CapAdd, "cap_add", "keeps capabilities"));
    add(
        shares(HostNamespace::Network),
        (Reason::HostNetwork, "host_namespaces", "shares the host's network"),
    );
    add(shares(HostNamespace::Pid), (Reason::HostPid, "host_namespaces", "sees the host's processes"));
    add(shares(HostNamespace::User), (Reason::HostUser, "host_namespaces", "has the host's user ids"));
    add(service.volumes.values().any(is_docker_socket), (Reason::DockerSocket, "volumes", "controls Docker"));
    let is_host_path = |mount: &Mount| !is_docker_socket(mount) && !is_on_volume(checker, mount);
    add(service.volumes.values().any(is_host_path), (Reason::HostPath, "volumes", "sees a part of the host"));
    found
}

fn is_docker_socket(mount: &Mount) -> bool {
    mount.source.holds_docker_socket()
}

fn is_on_volume(checker: &Checker<'_>, mount: &Mount) -> bool {
    checker.blueprint.volumes.values().any(|volume| mount.source.is_within(&volume.mount))
}

fn reason_key(reason: Reason) -> String {
    serde_json::to_value(reason).ok().and_then(|value| value.as_str().map(str::to_string)).unwrap_or_default()
}

//! `/etc/vpsgen/host.json`: all that the program on the host knows about it. Built as values, so that no text of the
//! blueprint can mean anything else there; empty ones are left out, since every byte of the artifact counts.

use super::{Files, TemplateError};
use crate::host::{
    Certificate, Directory, Encryption, Host, Network, Secret, Service, Step, Task, USER_NAMESPACE_BASE,
    USER_NAMESPACE_SIZE, Volume, Zone,
};
use serde_json::{Map, Value, json};

pub(super) fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    files.add("/etc/vpsgen/host.json", format!("{}\n", describe(host)));
    if let Some(recipient) = host.backup.as_ref().and_then(|backup| backup.recipient.as_ref()) {
        files.add("/etc/vpsgen/backup-recipient.asc", format!("{}\n", recipient.trim_end()));
    }
    Ok(())
}

fn describe(host: &Host) -> Value {
    let backup = host.backup.as_ref().map(|backup| {
        let [daily, weekly, monthly] = backup.keep;
        let keep = format!("--keep-daily {daily} --keep-weekly {weekly} --keep-monthly {monthly}");
        json!({"agent": backup.agent.as_str(), "remote": backup.remote, "keep": keep})
    });
    let users = host
        .user_namespaces
        .then(|| format!("{USER_NAMESPACE_BASE}-{}", USER_NAMESPACE_BASE + USER_NAMESPACE_SIZE - 1));
    object([
        ("name", json!(host.name.as_str())),
        ("timezone", json!(host.timezone.as_str())),
        ("docker_group", json!(host.access.docker_group.then_some(host.access.user.as_str()))),
        ("recovery", json!(host.access.recovery)),
        ("users", json!(users)),
        ("packages", host.packages().collect()),
        ("steps", host.steps().into_iter().map(|Step { name, .. }| name).collect()),
        ("volumes", named(host.volumes.iter().map(|it| (it.name.as_str(), volume(it))))),
        ("networks", named(host.shared_networks().map(|it| (it.name.as_str(), network(it))))),
        ("zones", named(host.zones.iter().map(|it| (it.name.as_str(), zone(it))))),
        ("certificates", named(host.certificates.iter().map(|it| (it.name.as_str(), certificate(host, it))))),
        ("certbot", json!(host.certbot_directory())),
        ("backup", json!(backup)),
        ("restore", json!(host.backup.as_ref().and_then(|it| it.restore.as_ref()).map(|it| it.as_str()))),
        ("environment", environment(host)),
    ])
}

/// What the programs that the host program runs find in their environment, so that no call can forget it.
fn environment(host: &Host) -> Value {
    let repository = host.backup.as_ref().map(|backup| match backup.remote.starts_with('/') {
        true => format!("{}/{}", backup.remote, host.name),
        false => format!("rclone:{}/{}", backup.remote, host.name),
    });
    object([
        ("DEBIAN_FRONTEND", json!("noninteractive")),
        ("NEEDRESTART_MODE", json!("l")),
        ("RESTIC_CACHE_DIR", json!(repository.is_some().then_some("/var/cache/restic"))),
        ("RESTIC_PASSWORD_FILE", json!(repository.is_some().then_some("/etc/vpsgen/keys/backup"))),
        ("RCLONE_CONFIG", json!(repository.is_some().then_some("/etc/vpsgen/given/rclone"))),
        ("RESTIC_REPOSITORY", json!(repository)),
    ])
}

/// An object without its entries that are false or null.
fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let said = entries.into_iter().filter(|(_, value)| !matches!(value, Value::Null | Value::Bool(false)));
    named(said)
}

fn named<'a>(entries: impl Iterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(entries.map(|(name, value)| (name.to_string(), value)).collect::<Map<_, _>>())
}

fn list<T>(items: &[T], describe: impl Fn(&T) -> Value) -> Value {
    if items.is_empty() { Value::Null } else { items.iter().map(describe).collect() }
}

fn volume(volume: &Volume) -> Value {
    let is_encrypted = volume.encryption == Encryption::Luks;
    let is_device = volume.device.is_some();
    object([
        ("mount", json!(volume.mount.as_str())),
        ("device", json!(volume.device.as_ref().map(|device| device.as_str()))),
        ("label", json!(is_device.then(|| volume.filesystem_label()))),
        ("luks", json!(is_encrypted.then(|| volume.luks_label()))),
        ("mapper", json!(is_encrypted.then(|| volume.mapper_name()))),
        ("directories", list(&volume.directories, |it| json!(tmpfile(it)))),
    ])
}

/// A line of systemd-tmpfiles, which follows no link that a service may have made.
fn tmpfile(directory: &Directory) -> String {
    let access = directory.access.map(|it| format!(" {:04o} {} {}", it.mode, it.uid, it.gid));
    format!("d {}{}", directory.path, access.unwrap_or_default())
}

/// The options that `docker network create` makes it with.
fn network(network: &Network) -> Value {
    let internal = if network.internal { " --internal" } else { "" };
    json!(format!("--subnet {} --gateway {}{internal}", network.subnet, network.gateway))
}

fn zone(zone: &Zone) -> Value {
    object([
        ("volume", json!(zone.volume.as_ref().map(|volume| volume.as_str()))),
        ("services", named(zone.services.iter().map(|it| (it.name.as_str(), service(it))))),
    ])
}

fn service(service: &Service) -> Value {
    let dump = service.backup.dump.as_ref();
    let rehearsal = dump.filter(|dump| !dump.rehearsal.is_empty());
    let rehearsal = rehearsal.map(|dump| json!([service.user.map(|user| user.to_string()), dump.rehearsal]));
    let tasks = service.timers.iter().map(|(_, it)| (it.name.as_str(), json!([user(it), it.command])));
    object([
        ("secrets", list(&service.secrets, |it| json!([it.file.as_str(), source(it), it.uid, it.gid]))),
        ("setup", list(&service.setup, |it| json!([it.name.as_str(), user(it), it.command]))),
        ("tasks", if service.timers.is_empty() { Value::Null } else { named(tasks) }),
        ("directories", list(&service.backup.directories, |it| json!(it.as_str()))),
        ("dump", json!(dump.map(|dump| &dump.command))),
        ("restore", json!(dump.map(|dump| &dump.restore))),
        ("version", dump.map_or(Value::Null, |dump| list(&dump.version, |word| json!(word)))),
        ("rehearsal", json!(rehearsal)),
        ("image", json!(dump.map(|_| &service.image))),
        ("records", json!(service.records)),
    ])
}

/// The first generation goes without saying.
fn source(secret: &Secret) -> String {
    match secret.generation.get() {
        1 => secret.source.to_string(),
        later => format!("{}/{later}", secret.source),
    }
}

fn user(task: &Task) -> Option<String> {
    task.user.map(|user| user.to_string())
}

/// The group of its key, then its names.
fn certificate(host: &Host, certificate: &Certificate) -> Value {
    let group = json!(host.key_group(certificate));
    [group].into_iter().chain(certificate.names.iter().map(|name| json!(name.as_str()))).collect()
}

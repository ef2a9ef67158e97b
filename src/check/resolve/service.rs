//! One service, resolved.

use super::data::on_host;
use crate::blueprint::{
    Blueprint, FileContent, Health as HealthSection, HostNamespace, Login as LoginSection, LoginOf,
    Service as Section, Tmpfs as TmpfsSection,
};
use crate::host::{
    Attachment, BackupSource, Content, Dump, Health, Limits, Login, Metrics, Mount, Secret, Service,
    ServiceFile, Task, Tmpfs, Web,
};
use crate::value::{AbsolutePath, Name, SecretName, Size, UserId};
use std::num::NonZeroU8;

/// How many processes and threads a container may have unless it says otherwise.
const PROCESSES: u32 = 512;
/// How large a directory in memory may become unless it says otherwise.
const TMPFS_SIZE: Size = Size::from_bytes(64 << 20);

pub(super) fn service(blueprint: &Blueprint, name: &Name, section: &Section) -> Option<Service> {
    let zone = section.zone.clone()?;
    let directory = format!("/opt/docker/{zone}/{name}");
    let mut cap_add = section.cap_add.clone();
    cap_add.sort();
    Some(Service {
        name: name.clone(),
        zone,
        image: section.image.as_ref().map_or_else(|| format!("vpsgen/{name}:local"), ToString::to_string),
        pulled: section.image.clone(),
        build: section.build.clone(),
        command: section.command.clone(),
        entrypoint: section.entrypoint.clone(),
        user: section.user,
        hostname: section.hostname.clone(),
        environment: environment(section),
        secrets: secrets(blueprint, section),
        attachments: section
            .networks
            .iter()
            .map(|(network, address)| Attachment { network: network.clone(), address: *address })
            .collect(),
        ports: section.ports.values().copied().collect(),
        is_published_by_docker: section.networks.keys().any(|name| !blueprint.networks[name].internal),
        flows: section.flows.values().cloned().collect(),
        mounts: mounts(blueprint, section),
        files: section
            .files
            .iter()
            .map(|(t, content)| file(&directory, t, content))
            .collect::<Option<_>>()?,
        tmpfs: section.tmpfs.iter().map(|(target, section)| tmpfs(target, section)).collect(),
        health: section.health.as_ref().and_then(health),
        after: section.after.clone(),
        limits: limits(section)?,
        stop_grace_period: section.stop_grace_period.clone(),
        init: section.init,
        read_only: section.read_only.unwrap_or(true),
        no_new_privileges: section.no_new_privileges.unwrap_or(true),
        cap_add,
        host_namespaces: section.host_namespaces.clone(),
        web: section.web.as_ref().map(|web| Web { port: web.port, protocol: web.protocol }),
        metrics: metrics(blueprint, name, section),
        backup: backup(section),
        setup: section.setup.iter().map(|(name, task)| self::task(name, &task.command, task.user)).collect(),
        timers: section
            .timers
            .iter()
            .map(|(name, timer)| (timer.schedule.clone(), task(name, &timer.command, timer.user)))
            .collect(),
        logins: section.logins.iter().flat_map(|(name, login)| logins(blueprint, name, login)).collect(),
        records: section.records.clone(),
    })
}

fn environment(section: &Section) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let given = section.environment.iter().filter(|(_, value)| !value.0.is_null());
    given.map(|(name, value)| (name.to_string(), text(&value.0))).collect()
}

fn secrets(blueprint: &Blueprint, section: &Section) -> Vec<Secret> {
    let owner = section.secrets_owner.or(section.user).unwrap_or(UserId::ROOT);
    let (uid, gid) = on_host(blueprint, section, owner);
    let secret = |(file, source): (&Name, &SecretName)| Secret {
        file: file.clone(),
        source: source.clone(),
        generation: generation(blueprint, source),
        uid,
        gid,
    };
    section.secrets.iter().map(secret).collect()
}

/// The service that a secret belongs to says it for all who hold it.
fn generation(blueprint: &Blueprint, secret: &SecretName) -> NonZeroU8 {
    let (owner, name) = secret.parts();
    let owner = blueprint.services.iter().find(|(service, _)| service.as_str() == owner);
    let generations = owner.into_iter().flat_map(|(_, section)| &section.generations);
    let mut said = generations.filter(|(secret, _)| secret.as_str() == name);
    said.next().map_or(NonZeroU8::MIN, |(_, generation)| *generation)
}

fn mounts(blueprint: &Blueprint, section: &Section) -> Vec<Mount> {
    let volume = |source: &AbsolutePath| {
        blueprint
            .volumes
            .iter()
            .find(|(_, volume)| source.is_within(&volume.mount))
            .map(|(name, _)| name.clone())
    };
    let mounts = section.volumes.iter();
    mounts
        .map(|(name, mount)| Mount {
            name: name.clone(),
            source: mount.source.clone(),
            target: mount.target.clone(),
            read_only: mount.read_only,
            volume: volume(&mount.source),
        })
        .collect()
}

fn file(directory: &str, target: &AbsolutePath, content: &FileContent) -> Option<ServiceFile> {
    let (content, executable) = match content {
        FileContent::Text(text) => (Content::Text(text.clone()), false),
        FileContent::Script(text) => (Content::Text(text.clone()), true),
        FileContent::Yaml(value) => (Content::Yaml(value.clone()), false),
        FileContent::Json(value) => (Content::Json(value.clone()), false),
        FileContent::Generated(kind) => (Content::Generated(*kind), false),
    };
    let source = format!("{directory}{target}").parse().ok()?;
    Some(ServiceFile { target: target.clone(), source, content, executable })
}

fn tmpfs(target: &AbsolutePath, section: &TmpfsSection) -> Tmpfs {
    let mode = if section.owner.is_some() { 0o755 } else { 0o1777 };
    Tmpfs {
        target: target.clone(),
        size: section.size.unwrap_or(TMPFS_SIZE),
        owner: section.owner.unwrap_or(UserId::ROOT),
        mode: section.mode.map_or(mode, |mode| mode.0),
        exec: section.exec,
    }
}

fn health(section: &HealthSection) -> Option<Health> {
    let span = |given: &Option<crate::value::Timespan>, default: &str| {
        given.clone().or_else(|| default.parse().ok())
    };
    Some(Health {
        test: section.test.clone(),
        interval: span(&section.interval, "30s")?,
        timeout: span(&section.timeout, "30s")?,
        retries: section.retries.unwrap_or(3),
        start_period: span(&section.start_period, "1m")?,
    })
}

fn limits(section: &Section) -> Option<Limits> {
    let limits = section.limits.as_ref()?;
    Some(Limits { cpus: limits.cpus, memory: limits.memory, pids: limits.pids.unwrap_or(PROCESSES) })
}

/// A service in the host's network is reached at the gateway of the collector's first network.
fn metrics(blueprint: &Blueprint, name: &Name, section: &Section) -> Option<Metrics> {
    let metrics = section.metrics.as_ref()?;
    let address = if section.host_namespaces.contains(&HostNamespace::Network) {
        let collector = blueprint.services.get(&blueprint.monitoring.as_ref()?.service)?;
        let network = blueprint.networks.get(collector.networks.keys().next()?)?;
        network.subnet.hosts().next()?.to_string()
    } else {
        name.to_string()
    };
    let path = metrics.path.clone().or_else(|| "/metrics".parse().ok())?;
    Some(Metrics { address, port: metrics.port, path })
}

fn backup(section: &Section) -> BackupSource {
    let Some(backup) = &section.backup else { return BackupSource::default() };
    let directories = backup.files.iter().filter_map(|name| Some(section.volumes.get(name)?.source.clone()));
    let dump = backup.dump.as_ref();
    BackupSource {
        directories: directories.collect(),
        dump: dump.map(|dump| Dump {
            command: dump.command.clone(),
            restore: dump.restore.clone(),
            version: dump.version.clone(),
            rehearsal: dump.rehearsal.clone(),
        }),
    }
}

fn logins(blueprint: &Blueprint, name: &Name, section: &LoginSection) -> Vec<Login> {
    let login = |user: Option<String>| Login {
        name: name.clone(),
        user,
        secret: section.secret.clone(),
        generation: generation(blueprint, &section.secret),
        is_derived: section.each.is_some(),
    };
    match (section.each, &blueprint.mail) {
        (None, _) => vec![login(section.user.clone())],
        (Some(LoginOf::MailAccount), Some(mail)) => {
            mail.accounts.keys().map(|user| login(Some(format!("{user}@{}", mail.domain)))).collect()
        }
        (Some(LoginOf::MailAccount), None) => Vec::new(),
    }
}

fn task(name: &Name, command: &[String], user: Option<UserId>) -> Task {
    Task { name: name.clone(), command: command.to_vec(), user }
}

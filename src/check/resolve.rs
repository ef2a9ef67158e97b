//! Makes the host from a blueprint that no rule objected to: defaults are applied, names looked up, ids mapped.
//! Reports nothing. A lookup that fails ends in `None`, which `check` never lets happen.

mod data;
mod service;
mod site;

use super::Templates;
use crate::blueprint::{Blueprint, Network as NetworkSection};
use crate::host::{
    Access, Backup, Certificate, Firewall, Host, Mail, Monitoring, Network, OperatingSystem, Tls, Volume,
    Zone,
};
use crate::value::{Name, NetworkName};

/// Let's Encrypt: <https://letsencrypt.org/docs/acme-protocol-updates/>
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

pub(super) fn host(blueprint: &Blueprint, templates: &Templates) -> Option<Host> {
    let section = &blueprint.host;
    let os = OperatingSystem::of(section.os);
    let zones = zones(blueprint)?;
    Some(Host {
        name: section.name.clone()?,
        domain: section.domain.clone()?,
        provider: section.provider,
        os,
        arch: section.arch,
        cpus: section.cpus?,
        memory: section.memory?,
        boot_volume: section.boot_volume?,
        timezone: section.timezone.clone().or_else(|| "Etc/UTC".parse().ok())?,
        user_namespaces: section.user_namespaces.unwrap_or(true),
        access: access(blueprint, os)?,
        firewall: Firewall {
            external: blueprint.firewall.external.clone().into_iter().collect(),
            request_filter: blueprint.firewall.request_filter,
            never_ban: blueprint.firewall.never_ban.clone(),
        },
        volumes: volumes(blueprint),
        networks: blueprint
            .networks
            .iter()
            .map(|(name, section)| network(blueprint, name, section))
            .collect(),
        certificates: blueprint
            .certificates
            .iter()
            .map(|(name, names)| Certificate { name: name.clone(), names: names.clone() })
            .collect(),
        tls: Tls {
            email: blueprint.tls.email.clone(),
            acme_directory: blueprint.tls.acme_directory.clone().or_else(|| LETS_ENCRYPT.parse().ok())?,
        },
        sites: blueprint
            .sites
            .iter()
            .map(|(key, s)| site::site(blueprint, templates, key, s))
            .collect::<Option<_>>()?,
        mail: mail(blueprint),
        backup: backup(blueprint),
        monitoring: blueprint.monitoring.as_ref().map(|section| Monitoring {
            service: section.service.clone(),
            retention: section.retention.clone(),
            alert_email: section.alert_email.clone(),
        }),
        zones,
    })
}

fn access(blueprint: &Blueprint, os: &OperatingSystem) -> Option<Access> {
    let section = &blueprint.access;
    Some(Access {
        user: section.user.clone().or_else(|| os.default_user.parse().ok())?,
        authorized_keys: section.authorized_keys.clone(),
        recovery: section.recovery.clone(),
        docker_group: section.docker_group,
    })
}

fn volumes(blueprint: &Blueprint) -> Vec<Volume> {
    let volumes = blueprint.volumes.iter();
    volumes
        .map(|(name, section)| Volume {
            name: name.clone(),
            mount: section.mount.clone(),
            device: section.device.clone(),
            size: section.size,
            encryption: section.encryption,
            directories: data::directories(blueprint, section),
        })
        .collect()
}

/// A network belongs to the zone that all of its services are in.
fn network(blueprint: &Blueprint, name: &NetworkName, section: &NetworkSection) -> Network {
    let members = blueprint.services.values().filter(|service| service.networks.contains_key(name));
    let mut zones: Vec<&Name> = members.filter_map(|service| service.zone.as_ref()).collect();
    zones.dedup();
    Network {
        name: name.clone(),
        subnet: section.subnet,
        gateway: section.subnet.hosts().next().unwrap_or_else(|| section.subnet.network()),
        internal: section.internal,
        zone: match zones[..] {
            [only] => Some(only.clone()),
            _ => None,
        },
    }
}

fn zones(blueprint: &Blueprint) -> Option<Vec<Zone>> {
    let zone = |(name, section): (&Name, &crate::blueprint::Zone)| {
        let members = blueprint.services.iter().filter(|(_, service)| service.zone.as_ref() == Some(name));
        Some(Zone {
            name: name.clone(),
            volume: section.volume.clone(),
            reaches: section.reaches.clone(),
            services: members.map(|(name, s)| service::service(blueprint, name, s)).collect::<Option<_>>()?,
        })
    };
    blueprint.zones.iter().map(zone).collect()
}

fn mail(blueprint: &Blueprint) -> Option<Mail> {
    let section = blueprint.mail.as_ref()?;
    Some(Mail {
        service: section.service.clone(),
        domain: section.domain.clone(),
        hostname: section.hostname.clone(),
        certificate: section.certificate.clone()?,
        accounts: section.accounts.iter().map(|(user, account)| (user.clone(), account.quota)).collect(),
        aliases: section.aliases.clone().into_iter().collect(),
        dkim_selector: section.dkim_selector.clone(),
        dmarc: section.dmarc,
        dmarc_reports: section.dmarc_reports.clone(),
        spf_include: section.relay.as_ref().map(|relay| relay.spf_include.clone()),
    })
}

fn backup(blueprint: &Blueprint) -> Option<Backup> {
    let section = blueprint.backup.as_ref()?;
    Some(Backup {
        agent: section.agent.clone(),
        schedule: section.schedule.clone(),
        remote: section.remote.clone(),
        recipient: section.recipient.clone(),
        keep: [section.retention.daily, section.retention.weekly, section.retention.monthly],
        restore: section.restore.clone(),
    })
}

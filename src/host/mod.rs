//! Stage 2, what we will build: the host with every reference resolved and every default applied.
//! Valid by construction: only `check` makes one. No YAML, no places in files, no I/O, and no decision left to the
//! renderers but layout.

mod flow;
mod operating_system;
mod service;
mod site;
mod step;

pub use crate::blueprint::{
    Architecture, Build, Capability, DmarcPolicy, Encryption, Generated, HostNamespace, Provider,
    RequestFilter, WebProtocol,
};
pub use flow::{BUILD_NETWORK, ContainerFlow, HostUser, Outlet, UserFlow};
pub use operating_system::{Need, OperatingSystem, Package};
pub use service::{
    Attachment, BackupSource, Content, Dump, Health, Limits, Login, Metrics, Mount, Secret, Service,
    ServiceFile, Task, Tmpfs, USER_NAMESPACE_BASE, USER_NAMESPACE_SIZE, Web,
};
pub use site::{FastcgiRoot, Site, Template, Upstream};
pub use step::Step;

use crate::value::{
    AbsolutePath, ClockTime, CpuCount, DnsName, EmailAddress, ExternalPort, HttpsUrl, MailUser, Name,
    NetworkName, PublishedPort, RestorePoint, Size, Timespan, Timezone,
};
use ipnet::{IpNet, Ipv4Net};
use std::net::Ipv4Addr;

/// The whole machine.
#[derive(Clone, Debug)]
pub struct Host {
    /// The short name.
    pub name: Name,
    /// The domain that its names are below.
    pub domain: DnsName,
    /// The cloud.
    pub provider: Provider,
    /// The operating system's facts.
    pub os: &'static OperatingSystem,
    /// The processor architecture.
    pub arch: Architecture,
    /// Processors.
    pub cpus: CpuCount,
    /// Main memory.
    pub memory: Size,
    /// The boot volume.
    pub boot_volume: Size,
    /// The time zone.
    pub timezone: Timezone,
    /// Whether containers are remapped to [`USER_NAMESPACE_BASE`].
    pub user_namespaces: bool,
    /// Login and recovery.
    pub access: Access,
    /// What the internet reaches.
    pub firewall: Firewall,
    /// Where data lives, in the blueprint's order.
    pub volumes: Vec<Volume>,
    /// The bridges, in the blueprint's order.
    pub networks: Vec<Network>,
    /// The zones with their services, in the blueprint's order.
    pub zones: Vec<Zone>,
    /// The certificates to ask for.
    pub certificates: Vec<Certificate>,
    /// How certificates are asked for.
    pub tls: Tls,
    /// The web sites.
    pub sites: Vec<Site>,
    /// Mail, if the host has some.
    pub mail: Option<Mail>,
    /// Backup, if the host makes some.
    pub backup: Option<Backup>,
    /// Monitoring, if the host has some.
    pub monitoring: Option<Monitoring>,
}

impl Host {
    /// The fully qualified name of the machine itself.
    pub fn fqdn(&self) -> String {
        format!("{}.{}", self.name, self.domain)
    }

    /// Every service, zone by zone.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.zones.iter().flat_map(|zone| &zone.services)
    }

    /// The service of that name.
    pub fn service(&self, name: &Name) -> Option<&Service> {
        self.services().find(|service| service.name == *name)
    }

    /// The packages that the host's parts need.
    pub fn packages(&self) -> impl Iterator<Item = &'static str> {
        let is_needed = |need| match need {
            Need::Always => true,
            Need::Encryption => self.volumes.iter().any(|volume| volume.encryption == Encryption::Luks),
            Need::Web => !self.certificates.is_empty() || !self.sites.is_empty(),
            Need::Modsecurity => self.firewall.request_filter == RequestFilter::Modsecurity,
            Need::Backup => self.backup.is_some(),
        };
        self.os
            .packages
            .iter()
            .filter(move |package| is_needed(package.needed_by))
            .map(|package| package.name)
    }

    /// Where certbot keeps its account and certificates: on an attached volume, an encrypted one if there is one, so that
    /// a rebuilt host doesn't ask for them again.
    pub fn certbot_directory(&self) -> String {
        let attached = self.volumes.iter().filter(|volume| volume.device.is_some());
        let volume = attached.min_by_key(|volume| volume.encryption != Encryption::Luks);
        volume.map_or("/etc/letsencrypt".into(), |volume| format!("{}/.vpsgen/certbot", volume.mount))
    }

    /// The bridges that no compose project makes, since several zones meet in them.
    pub fn shared_networks(&self) -> impl Iterator<Item = &Network> {
        self.networks.iter().filter(|network| network.zone.is_none())
    }

    /// The group on the host that may read a certificate's key besides root: that of the container that mounts it.
    pub fn key_group(&self, certificate: &Certificate) -> u32 {
        let directory = format!("{}/", certificate.directory());
        let reads = |mount: &Mount| format!("{}/", mount.source).starts_with(&directory);
        let reader = self.services().find(|service| service.mounts.iter().any(reads));
        let group = |service: &Service| service.user.map_or(0, |user| user.group);
        let is_remapped = |service: &Service| self.user_namespaces && service.is_remapped();
        reader.map_or(0, |it| group(it) + if is_remapped(it) { USER_NAMESPACE_BASE } else { 0 })
    }

    /// The loopback ports that Docker can't publish, because their service has only internal networks:
    /// a socket on the host passes their connections on.
    pub fn relayed_ports(&self) -> impl Iterator<Item = RelayedPort<'_>> {
        self.services().filter(|service| !service.is_published_by_docker).flat_map(|service| {
            let target = service.attachments.first().map(|attachment| attachment.address);
            service.ports.iter().filter_map(move |port| Some(RelayedPort { service, port, target: target? }))
        })
    }
}

/// A loopback port that a socket on the host passes on to a container.
#[derive(Clone, Copy, Debug)]
pub struct RelayedPort<'a> {
    /// The service behind it.
    pub service: &'a Service,
    /// The host's address and port, and the container's port.
    pub port: &'a PublishedPort,
    /// The container's address.
    pub target: Ipv4Addr,
}

/// Login and recovery.
#[derive(Clone, Debug)]
pub struct Access {
    /// The only user who logs in.
    pub user: Name,
    /// Public keys besides the console's.
    pub authorized_keys: Vec<String>,
    /// The age recipient of the recovery seed.
    pub recovery: Option<String>,
    /// Whether the user is in the docker group.
    pub docker_group: bool,
}

/// What the internet reaches.
#[derive(Clone, Debug)]
pub struct Firewall {
    /// The open ports with their comments.
    pub external: Vec<(ExternalPort, String)>,
    /// The request filter.
    pub request_filter: RequestFilter,
    /// Addresses that are never banned.
    pub never_ban: Vec<IpNet>,
}

/// A block volume or a directory of the boot volume.
#[derive(Clone, Debug)]
pub struct Volume {
    /// The volume's name.
    pub name: Name,
    /// The mount point.
    pub mount: AbsolutePath,
    /// The device's consistent path; none for a directory of the boot volume.
    pub device: Option<AbsolutePath>,
    /// The size.
    pub size: Size,
    /// Encryption at rest.
    pub encryption: Encryption,
    /// Directories to make on it: the services' mounts.
    pub directories: Vec<Directory>,
}

impl Volume {
    /// The file system's label: at most 16 bytes fit into ext4's.
    pub fn filesystem_label(&self) -> String {
        self.name.to_string()
    }

    /// The LUKS container's label, which differs from the file system's, so that a label names one thing.
    pub fn luks_label(&self) -> String {
        format!("{}_luks", self.name)
    }

    /// The name of the opened LUKS container below /dev/mapper.
    pub fn mapper_name(&self) -> String {
        format!("{}_crypt", self.name)
    }

    /// What is mounted: the opened container or the device, by its label.
    pub fn filesystem_source(&self) -> String {
        match self.encryption {
            Encryption::Luks => format!("/dev/mapper/{}", self.mapper_name()),
            Encryption::None => format!("LABEL={}", self.filesystem_label()),
        }
    }
}

/// A directory on a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Its path on the host.
    pub path: AbsolutePath,
    /// Whose it is; none for one that is made if it isn't there, and left as it is.
    pub access: Option<DirectoryAccess>,
}

/// The owner and permissions of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectoryAccess {
    /// The owner's user id on the host (after remapping).
    pub uid: u32,
    /// The owner's group id on the host (after remapping).
    pub gid: u32,
    /// The permission bits.
    pub mode: u32,
}

/// A bridge.
#[derive(Clone, Debug)]
pub struct Network {
    /// The name, also the bridge interface's.
    pub name: NetworkName,
    /// The subnet.
    pub subnet: Ipv4Net,
    /// The host's address in it: the subnet's first.
    pub gateway: Ipv4Addr,
    /// Whether there is no way out.
    pub internal: bool,
    /// The zone whose compose project makes it; none if several zones meet in it.
    pub zone: Option<Name>,
}

/// A compose project.
#[derive(Clone, Debug)]
pub struct Zone {
    /// The zone's name.
    pub name: Name,
    /// The volume that has to be mounted before it starts.
    pub volume: Option<Name>,
    /// The zones that a breach of this one may reach.
    pub reaches: Vec<Name>,
    /// Its services, in the blueprint's order.
    pub services: Vec<Service>,
}

/// A certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its name, and that of its directory.
    pub name: Name,
    /// What it covers; the first is the subject.
    pub names: Vec<DnsName>,
}

impl Certificate {
    /// The directory whose `fullchain.pem` and `privkey.pem` servers read: a placeholder first, then the real one.
    pub fn directory(&self) -> String {
        format!("/etc/vpsgen/tls/{}", self.name)
    }
}

/// How certificates are asked for.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The account's address.
    pub email: Option<EmailAddress>,
    /// The ACME directory.
    pub acme_directory: HttpsUrl,
}

/// The mail of one domain.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The service that receives and sends.
    pub service: Name,
    /// The domain behind the `@`.
    pub domain: DnsName,
    /// The server's own name.
    pub hostname: DnsName,
    /// The certificate's name.
    pub certificate: Name,
    /// Accounts with their quotas.
    pub accounts: Vec<(MailUser, Option<Size>)>,
    /// Aliases with their accounts.
    pub aliases: Vec<(MailUser, MailUser)>,
    /// The DKIM selector.
    pub dkim_selector: Name,
    /// The DMARC policy.
    pub dmarc: DmarcPolicy,
    /// Where reports go.
    pub dmarc_reports: Option<EmailAddress>,
    /// The relay's SPF include.
    pub spf_include: Option<DnsName>,
}

/// Dumps, encryption and upload.
#[derive(Clone, Debug)]
pub struct Backup {
    /// The service that dumps.
    pub agent: Name,
    /// When, every day.
    pub schedule: ClockTime,
    /// The rclone remote and path.
    pub remote: String,
    /// The GnuPG public key.
    pub recipient: Option<String>,
    /// Daily, weekly and monthly sets that are kept.
    pub keep: [u16; 3],
    /// The set that new volumes are filled from.
    pub restore: Option<RestorePoint>,
}

/// Metrics and alerts.
#[derive(Clone, Debug)]
pub struct Monitoring {
    /// The service that collects.
    pub service: Name,
    /// How long metrics are kept.
    pub retention: Timespan,
    /// Who is told.
    pub alert_email: EmailAddress,
}

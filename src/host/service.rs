//! A container as it will run: hardened, with its addresses, files and ids resolved.

use crate::blueprint::{Build, Capability, HostNamespace, WebProtocol};
use crate::value::{
    AbsolutePath, CalendarEvent, CpuCount, FlowTarget, ImageReference, Name, NetworkName, Peer,
    PublishedPort, SecretName, Size, Timespan, UserId,
};
use std::net::Ipv4Addr;
use std::num::NonZeroU8;

/// The first id of the range that containers' ids are mapped to. It is fixed, so that a rebuilt host finds its files;
/// and above the ranges that useradd hands out (100000 and up, 65536 each), so that it never meets one.
pub const USER_NAMESPACE_BASE: u32 = 10_000_000;

/// How many ids the range has.
pub const USER_NAMESPACE_SIZE: u32 = 65_536;

/// A container.
#[derive(Clone, Debug)]
pub struct Service {
    /// The name, also the container's.
    pub name: Name,
    /// The zone that it belongs to.
    pub zone: Name,
    /// The image to run; a local name if it is built here.
    pub image: String,
    /// How the image is built, if it is.
    pub build: Option<Build>,
    /// The image as the blueprint pulls it; none if it is built here.
    pub pulled: Option<ImageReference>,
    /// The command, in place of the image's.
    pub command: Option<Vec<String>>,
    /// The entry point, in place of the image's.
    pub entrypoint: Option<Vec<String>>,
    /// The user that it starts as.
    pub user: Option<UserId>,
    /// The container's host name.
    pub hostname: Option<String>,
    /// Environment variables, in the blueprint's order.
    pub environment: Vec<(String, String)>,
    /// Files below /run/secrets.
    pub secrets: Vec<Secret>,
    /// Its networks and addresses, in the blueprint's order.
    pub attachments: Vec<Attachment>,
    /// Ports on the host.
    pub ports: Vec<PublishedPort>,
    /// Whether Docker publishes its ports: false when all of its networks are internal.
    pub is_published_by_docker: bool,
    /// Whom it talks to.
    pub flows: Vec<FlowTarget>,
    /// Directories and files of the host.
    pub mounts: Vec<Mount>,
    /// Files that come with it.
    pub files: Vec<ServiceFile>,
    /// Writable directories in memory.
    pub tmpfs: Vec<Tmpfs>,
    /// How its health is asked.
    pub health: Option<Health>,
    /// Services of its zone that have to be healthy first.
    pub after: Vec<Name>,
    /// Limits.
    pub limits: Limits,
    /// How long it may take to stop.
    pub stop_grace_period: Option<Timespan>,
    /// Whether a small init process reaps orphans.
    pub init: bool,
    /// Whether its root file system is read-only.
    pub read_only: bool,
    /// Whether its processes can't gain privileges.
    pub no_new_privileges: bool,
    /// The capabilities that it keeps, sorted.
    pub cap_add: Vec<Capability>,
    /// Namespaces of the host that it shares.
    pub host_namespaces: Vec<HostNamespace>,
    /// How the host's NGINX reaches it.
    pub web: Option<Web>,
    /// Where its metrics are.
    pub metrics: Option<Metrics>,
    /// What of it belongs into a backup.
    pub backup: BackupSource,
    /// Commands that run once after it became healthy for the first time.
    pub setup: Vec<Task>,
    /// Commands that run on a schedule.
    pub timers: Vec<(CalendarEvent, Task)>,
    /// What people log in with.
    pub logins: Vec<Login>,
    /// The command that prints the DNS records that only it knows.
    pub records: Option<Vec<String>>,
}

impl Service {
    /// Whether it shares a namespace of the host.
    pub fn shares(&self, namespace: HostNamespace) -> bool {
        self.host_namespaces.contains(&namespace)
    }

    /// Whether its ids are mapped to the fixed range on a host that has user namespaces on.
    pub fn is_remapped(&self) -> bool {
        self.host_namespaces.is_empty()
    }

    /// Whether it may ask a resolver for names of the internet.
    pub fn asks_outside_names(&self) -> bool {
        self.flows.iter().any(|flow| flow.peer == Peer::Dns)
    }

    /// The directory on the host that holds its secrets and nothing else, if it has some.
    pub fn secrets_directory(&self) -> Option<String> {
        (!self.secrets.is_empty()).then(|| format!("/run/vpsgen/secrets/{}", self.name))
    }

    /// The directory below /opt/docker that its files are in.
    pub fn directory(&self) -> String {
        format!("/opt/docker/{}/{}", self.zone, self.name)
    }
}

/// A secret that a container reads.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The file's name below /run/secrets.
    pub file: Name,
    /// Whose secret it is.
    pub source: SecretName,
    /// Which of its passwords.
    pub generation: NonZeroU8,
    /// The file's owner on the host (after remapping).
    pub uid: u32,
    /// The file's group on the host (after remapping).
    pub gid: u32,
}

/// A network that a container is in.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The network.
    pub network: NetworkName,
    /// The container's address.
    pub address: Ipv4Addr,
}

impl Attachment {
    /// The interface's hardware address: locally administered, made from the IPv4 address, so that it never changes.
    pub fn mac_address(&self) -> String {
        let [a, b, c, d] = self.address.octets();
        format!("02:76:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
    }
}

/// A directory or file of the host in a container.
#[derive(Clone, Debug)]
pub struct Mount {
    /// Its purpose.
    pub name: Name,
    /// The host's path.
    pub source: AbsolutePath,
    /// The container's path.
    pub target: AbsolutePath,
    /// Whether the container can't write it.
    pub read_only: bool,
    /// The volume that it lies on, if it lies on one.
    pub volume: Option<Name>,
}

/// A file that comes with a container.
#[derive(Clone, Debug)]
pub struct ServiceFile {
    /// The path in the container.
    pub target: AbsolutePath,
    /// The path on the host.
    pub source: AbsolutePath,
    /// What is in it.
    pub content: Content,
    /// Whether it is executable.
    pub executable: bool,
}

/// What is in a service's file.
#[derive(Clone, Debug)]
pub enum Content {
    /// These bytes.
    Text(String),
    /// This value as YAML.
    Yaml(serde_json::Value),
    /// This value as JSON.
    Json(serde_json::Value),
    /// Something made from the whole host.
    Generated(crate::blueprint::Generated),
}

/// A writable directory in memory.
#[derive(Clone, Debug)]
pub struct Tmpfs {
    /// The path in the container.
    pub target: AbsolutePath,
    /// The limit.
    pub size: Size,
    /// The owner's ids in the container.
    pub owner: UserId,
    /// The permission bits.
    pub mode: u32,
    /// Whether programs may be run from it.
    pub exec: bool,
}

/// How health is asked.
#[derive(Clone, Debug)]
pub struct Health {
    /// A shell command.
    pub test: String,
    /// How often.
    pub interval: Timespan,
    /// How long an answer may take.
    pub timeout: Timespan,
    /// How many failures count.
    pub retries: u8,
    /// How long failures don't count.
    pub start_period: Timespan,
}

/// Limits.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Processors.
    pub cpus: CpuCount,
    /// Memory, swap included.
    pub memory: Size,
    /// Processes and threads.
    pub pids: u32,
}

/// Where the web server in a container is.
#[derive(Clone, Debug)]
pub struct Web {
    /// The container's port.
    pub port: u16,
    /// What is spoken there.
    pub protocol: WebProtocol,
}

/// Where metrics are.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// The address that the collector connects to: a service's name, or the gateway for one in the host's network.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The path.
    pub path: AbsolutePath,
}

/// What belongs into a backup.
#[derive(Clone, Debug, Default)]
pub struct BackupSource {
    /// Directories on the host.
    pub directories: Vec<AbsolutePath>,
    /// A database.
    pub dump: Option<Dump>,
}

/// A database dump.
#[derive(Clone, Debug)]
pub struct Dump {
    /// Prints the dump, in the agent.
    pub command: Vec<String>,
    /// Loads it, in the service's own container: the agent only reads.
    pub restore: Vec<String>,
    /// Prints the version that a dump is bound to, in a container of the image alone.
    pub version: Vec<String>,
    /// Loads it in a container of the image alone, and prints the answer to a query.
    pub rehearsal: Vec<String>,
}

/// A password that somebody logs in with.
#[derive(Clone, Debug)]
pub struct Login {
    /// Its purpose.
    pub name: Name,
    /// Who, if a name is asked for.
    pub user: Option<String>,
    /// The secret that is the password, or that it is derived from.
    pub secret: SecretName,
    /// Which of the secret's passwords.
    pub generation: NonZeroU8,
    /// Whether the password is derived from the secret for this user.
    pub is_derived: bool,
}

/// A command in a running container.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its name.
    pub name: Name,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The user in the container.
    pub user: Option<UserId>,
}

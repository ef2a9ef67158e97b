//! A service: one container, with everything that its application needs said in YAML.
//! Catalogue fragments are services too: `use: NAME` puts the service over the fragment of that name.

use super::Named;
use crate::value::{
    AbsolutePath, CalendarEvent, CpuCount, FileMode, FlowTarget, ImageReference, Name, NetworkName,
    PackageName, PublishedPort, SecretName, Size, Timespan, UserId, VariableName,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use std::num::NonZeroU8;

/// One container.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Service {
    /// The catalogue fragment underneath, or a file (`./name.yaml`) beside the blueprint.
    #[serde(rename = "use")]
    pub fragment: Option<String>,
    /// Values for the fragment's `${with.NAME}`.
    pub with: IndexMap<String, String>,
    /// The zone that it belongs to.
    pub zone: Option<Name>,
    /// The image to pull.
    pub image: Option<ImageReference>,
    /// How the image is built on the host, where no published one fits.
    pub build: Option<Build>,
    /// The command, in place of the image's.
    pub command: Option<Vec<String>>,
    /// The entry point, in place of the image's.
    pub entrypoint: Option<Vec<String>>,
    /// The user that it starts as; the image's own if not given.
    pub user: Option<UserId>,
    /// The container's host name, if the application cares.
    pub hostname: Option<String>,
    /// Environment variables. Secrets go into files instead.
    pub environment: IndexMap<VariableName, Scalar>,
    /// Files below /run/secrets, each the secret of that name.
    pub secrets: IndexMap<Name, SecretName>,
    /// The generations of its own secrets, by name; 1 if not given. A higher one is another password.
    pub generations: IndexMap<Name, NonZeroU8>,
    /// Who owns the secret files; `user` if not given, else the container's root.
    pub secrets_owner: Option<UserId>,
    /// The networks that it is in, each with its address.
    pub networks: IndexMap<NetworkName, Ipv4Addr>,
    /// Ports on the host, by purpose.
    pub ports: Named<PublishedPort>,
    /// Whom it talks to, by purpose. Nothing else gets through.
    pub flows: Named<FlowTarget>,
    /// Directories and files of the host, by purpose.
    pub volumes: Named<Mount>,
    /// Files that come with it, by their path in the container.
    pub files: IndexMap<AbsolutePath, FileContent>,
    /// Writable directories in memory, by their path in the container.
    pub tmpfs: IndexMap<AbsolutePath, Tmpfs>,
    /// How the container's health is asked.
    pub health: Option<Health>,
    /// Services that have to be healthy before it starts.
    pub after: Vec<Name>,
    /// Limits of CPU, memory and processes.
    pub limits: Option<Limits>,
    /// How long it may take to stop.
    pub stop_grace_period: Option<Timespan>,
    /// A small init process that reaps orphans, for applications that don't.
    pub init: bool,
    /// Whether its root file system is read-only; yes unless switched off.
    pub read_only: Option<bool>,
    /// Whether its processes can't gain privileges; yes unless switched off.
    pub no_new_privileges: Option<bool>,
    /// Capabilities to keep; all others are dropped.
    pub cap_add: Vec<Capability>,
    /// Namespaces of the host that it shares.
    pub host_namespaces: Vec<HostNamespace>,
    /// Why each exception from the strictest profile is needed.
    pub reasons: IndexMap<Reason, String>,
    /// How the host's NGINX reaches it.
    pub web: Option<Web>,
    /// What of it belongs into a backup.
    pub backup: Option<DataBackup>,
    /// Where its metrics are.
    pub metrics: Option<Metrics>,
    /// Commands that are run in it once, in order, after it became healthy for the first time.
    pub setup: Named<Setup>,
    /// Commands that are run in it on a schedule.
    pub timers: Named<Timer>,
    /// Passwords that people log in with, by purpose: what `vpsgen credentials` prints.
    pub logins: Named<Login>,
    /// The command that prints the DNS records that only it knows, as in a zone file.
    pub records: Option<Vec<String>>,
}

/// A value of an environment variable or file entry: text, number or yes/no.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Scalar(pub serde_json::Value);

/// An image that is built on the host from the operating system's own base image and packages.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// The image to start from.
    pub from: ImageReference,
    /// The packages to install.
    pub packages: Vec<PackageName>,
}

/// A directory or file of the host in the container.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// The host's path.
    pub source: AbsolutePath,
    /// The path in the container.
    pub target: AbsolutePath,
    /// Whether the container can't write it.
    #[serde(default)]
    pub read_only: bool,
    /// Who owns the directory, by the container's ids; nobody changes it if not given.
    #[serde(default)]
    pub owner: Option<UserId>,
    /// The directory's mode.
    #[serde(default)]
    pub mode: Option<FileMode>,
}

/// A file that comes with a service. It is read-only in the container and never secret.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileContent {
    /// The text as it is.
    Text(String),
    /// The same, executable.
    Script(String),
    /// A value, written as YAML.
    Yaml(serde_json::Value),
    /// A value, written as JSON.
    Json(serde_json::Value),
    /// Made from the whole host.
    Generated(Generated),
}

/// A file that is made from the whole host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Generated {
    /// Every service with metrics, as Prometheus' file-based service discovery reads it.
    ScrapeTargets,
    /// Mail accounts, aliases and quotas, as JSON.
    MailAccounts,
}

/// A writable directory in memory.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tmpfs {
    /// Its limit; 64M if not given.
    pub size: Option<Size>,
    /// Who owns it; the container's root if not given.
    pub owner: Option<UserId>,
    /// Its mode; 1777 without an owner, 0755 with one.
    pub mode: Option<FileMode>,
    /// Whether programs may be run from it.
    pub exec: bool,
}

/// How the container's health is asked.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// A shell command that exits with 0 when all is well.
    pub test: String,
    /// How often it is asked; 30s if not given.
    #[serde(default)]
    pub interval: Option<Timespan>,
    /// How long an answer may take; 30s if not given.
    #[serde(default)]
    pub timeout: Option<Timespan>,
    /// How many failures in a row count; 3 if not given.
    #[serde(default)]
    pub retries: Option<u8>,
    /// How long failures don't count after the start; 1m if not given.
    #[serde(default)]
    pub start_period: Option<Timespan>,
}

/// Limits of a container.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Processors.
    pub cpus: CpuCount,
    /// Memory; swap is not added.
    pub memory: Size,
    /// Processes and threads; 512 if not given.
    #[serde(default)]
    pub pids: Option<u32>,
}

/// A namespace of the host that a container can share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HostNamespace {
    /// The host's interfaces and addresses.
    Network,
    /// The host's processes.
    Pid,
    /// The host's users.
    User,
}

/// A Linux capability (capabilities(7)), without its `CAP_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "capabilities(7) documents them")]
pub enum Capability {
    AuditWrite,
    Chown,
    DacOverride,
    DacReadSearch,
    Fowner,
    Fsetid,
    IpcLock,
    Kill,
    Mknod,
    NetAdmin,
    NetBindService,
    NetRaw,
    Setfcap,
    Setgid,
    Setpcap,
    Setuid,
    SysAdmin,
    SysChroot,
    SysNice,
    SysPtrace,
    SysResource,
}

/// An exception from the strictest profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// `read_only: false`.
    ReadOnly,
    /// `no_new_privileges: false`.
    NoNewPrivileges,
    /// Capabilities.
    CapAdd,
    /// `host_namespaces: [network]`.
    HostNetwork,
    /// `host_namespaces: [pid]`.
    HostPid,
    /// `host_namespaces: [user]`.
    HostUser,
    /// The Docker socket is mounted.
    DockerSocket,
    /// A directory of the host outside every volume is mounted.
    HostPath,
}

/// How the host's NGINX reaches a service.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// What is spoken on the port.
    #[serde(default)]
    pub protocol: WebProtocol,
    /// The container's port.
    pub port: u16,
    /// FastCGI only: the document root in the container, which has to be below one of the service's volumes.
    #[serde(default)]
    pub root: Option<AbsolutePath>,
    /// An NGINX template of the catalogue, or a file (`./name.j2`) beside the blueprint, for the server block.
    #[serde(default)]
    pub template: Option<String>,
    /// The largest request body; 1M if not given.
    #[serde(default)]
    pub body_limit: Option<Size>,
    /// Paths (or their beginnings) where passwords are typed, which are limited more strictly.
    #[serde(default)]
    pub login_paths: Vec<AbsolutePath>,
    /// Requests per second and address; 20 if not given.
    #[serde(default)]
    pub rate: Option<u16>,
    /// How many requests above the rate are served at once; 40 if not given.
    #[serde(default)]
    pub burst: Option<u16>,
    /// A file below `root` whose existence says that the application is installed; until then strangers get 503.
    #[serde(default)]
    pub installed_marker: Option<AbsolutePath>,
}

/// What an upstream speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WebProtocol {
    /// HTTP/1.1.
    #[default]
    Http,
    /// FastCGI, as php-fpm speaks it.
    Fastcgi,
}

/// What of a service belongs into a backup.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DataBackup {
    /// Volumes (by purpose) whose files are copied.
    pub files: Vec<Name>,
    /// A database to dump instead of its files.
    pub dump: Option<Dump>,
}

/// A database dump, made by the backup agent over the network.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dump {
    /// The port that the agent connects to.
    pub port: u16,
    /// The command in the agent's container; its standard output is the dump.
    pub command: Vec<String>,
    /// The command in the service's own container that loads a dump from its standard input: the agent only reads.
    #[serde(default)]
    pub restore: Vec<String>,
    /// The command that prints, in a container of the service's image without anything else, the version that a dump is
    /// bound to: a dump of another one is refused.
    #[serde(default)]
    pub version: Vec<String>,
    /// The command that loads a dump from its standard input in a container of the service's image, without network,
    /// secrets or files but the empty directory /rehearsal, and prints the answer to a query. It runs as the service's user.
    #[serde(default)]
    pub rehearsal: Vec<String>,
    /// The secret that the agent reads the credential from.
    pub secret: SecretName,
}

/// A password that people log in with.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The secret that is the password.
    pub secret: SecretName,
    /// Who logs in with it, if a name is asked for.
    #[serde(default)]
    pub user: Option<String>,
    /// Not the secret itself is the password, but what is derived from it for each of these.
    #[serde(default)]
    pub each: Option<LoginOf>,
}

/// Who has a password that is derived from one secret: the first 32 hexadecimal digits of HMAC-SHA256 over the name,
/// with the secret's text as its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LoginOf {
    /// Every mail account, by its address.
    MailAccount,
}

/// Where a service's metrics are.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// The port.
    pub port: u16,
    /// The path; /metrics if not given.
    #[serde(default)]
    pub path: Option<AbsolutePath>,
}

/// A command that is run once in a healthy container.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The user in the container; the image's own if not given.
    #[serde(default)]
    pub user: Option<UserId>,
}

/// A command that is run in a container on a schedule.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timer {
    /// When.
    pub schedule: CalendarEvent,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The user in the container; the image's own if not given.
    #[serde(default)]
    pub user: Option<UserId>,
}

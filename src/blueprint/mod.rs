//! Stage 1, what the user wrote: one struct per section, as it stands in the merged YAML.
//! A blueprint is well-formed (every scalar parsed, no unknown key), not yet right: references between sections,
//! sums and rules are the business of `check`. Places are kept beside it, not in it.

pub mod path;
pub mod read;
pub mod tree;

mod deserialize;
mod fragment;
mod merge;
mod node;
mod parse;
mod reference;
mod scalar;
mod shape;
mod syntax;
#[cfg(test)]
mod testing;

mod access;
mod host;
mod mail;
mod network;
mod operations;
mod service;
mod site;
mod volume;

pub use access::{Access, Firewall, RequestFilter};
pub use host::{Architecture, Host, OperatingSystem, Provider};
pub use mail::{Account, DmarcPolicy, Mail, Relay};
pub use network::{Network, Zone};
pub use operations::{Backup, Monitoring, Retention};
pub use service::{
    Build, Capability, DataBackup, Dump, FileContent, Generated, Health, HostNamespace, Limits, Login,
    LoginOf, Metrics, Mount, Reason, Scalar, Service, Setup, Timer, Tmpfs, Web, WebProtocol,
};
pub use site::{Site, Tls};
pub use volume::{Encryption, Volume};

use crate::value::{DnsName, Name, NetworkName};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A collection in which every entry has a name, in the order of the file.
pub type Named<T> = IndexMap<Name, T>;

/// The whole blueprint after its overlays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Blueprint {
    /// The machine.
    pub host: Host,
    /// Who may log in, and who may recover the host's secrets.
    #[serde(default)]
    pub access: Access,
    /// What the internet may reach, and the request filter.
    #[serde(default)]
    pub firewall: Firewall,
    /// Where data lives.
    #[serde(default)]
    pub volumes: Named<Volume>,
    /// The container networks, each a bridge of its own.
    #[serde(default)]
    pub networks: IndexMap<NetworkName, Network>,
    /// Groups of services that are contained together; one compose project each.
    #[serde(default)]
    pub zones: Named<Zone>,
    /// The containers.
    #[serde(default)]
    pub services: Named<Service>,
    /// The certificates to ask for, each with its DNS names.
    #[serde(default)]
    pub certificates: Named<Vec<DnsName>>,
    /// How certificates are asked for.
    #[serde(default)]
    pub tls: Tls,
    /// The web sites that the host's NGINX serves.
    #[serde(default)]
    pub sites: Named<Site>,
    /// Electronic mail.
    #[serde(default)]
    pub mail: Option<Mail>,
    /// Dumps, encryption and upload.
    #[serde(default)]
    pub backup: Option<Backup>,
    /// Metrics and alerts.
    #[serde(default)]
    pub monitoring: Option<Monitoring>,
}

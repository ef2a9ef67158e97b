//! Networks and zones: who can see whom.

use crate::value::{Name, NetworkName};
use ipnet::Ipv4Net;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A bridge network.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The IPv4 subnet; its first address is the host's.
    #[schemars(with = "String")]
    pub subnet: Ipv4Net,
    /// Whether the network has no way out.
    #[serde(default)]
    pub internal: bool,
    /// Why services of several zones meet here. Without a reason, only one zone may be in it.
    #[serde(default)]
    pub shared: Option<String>,
}

/// A group of services that are contained together.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// The network that the zone's services are in unless they say otherwise.
    pub network: NetworkName,
    /// The volume that the zone's data lives on; the zone starts only when it is mounted.
    #[serde(default)]
    pub volume: Option<Name>,
    /// The zones that its services have flows, files or secrets into. A breach may spread there, and nowhere else.
    #[serde(default)]
    pub reaches: Vec<Name>,
    /// Whether the zone's data is private, so that its volume has to be encrypted; yes unless switched off.
    #[serde(default = "yes")]
    pub confidential: bool,
}

fn yes() -> bool {
    true
}

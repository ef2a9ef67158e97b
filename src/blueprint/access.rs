//! Who comes in: over SSH, from the internet, through the request filter.

use crate::value::{ExternalPort, Name};
use indexmap::IndexMap;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Login and recovery.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Access {
    /// The only user who may log in over SSH; the image's own user if not given.
    pub user: Option<Name>,
    /// Public SSH keys to add to those that the console puts there.
    pub authorized_keys: Vec<String>,
    /// The public key that the recovery seed is sealed to: `age1...`, `ssh-ed25519 ...` or `ssh-rsa ...`.
    pub recovery: Option<String>,
    /// Whether the login user joins the docker group, which makes that user root in all but name.
    pub docker_group: bool,
}

/// What the internet may reach.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Firewall {
    /// The open ports, each with the comment that `ufw status` shows.
    pub external: IndexMap<ExternalPort, String>,
    /// The filter that web requests pass.
    pub request_filter: RequestFilter,
    /// Addresses that are never banned.
    #[schemars(with = "Vec<String>")]
    pub never_ban: Vec<IpNet>,
}

/// The web application firewall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestFilter {
    /// Rules in plain NGINX: nothing to load, nothing that an upgrade can break.
    #[default]
    Plain,
    /// ModSecurity with the OWASP core rule set, on top of the plain rules.
    Modsecurity,
    /// None.
    Off,
}

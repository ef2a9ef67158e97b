//! Electronic mail: the domain, its accounts, and how outgoing mail leaves.

use crate::value::{DnsName, EmailAddress, MailUser, Name, Size};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The mail of one domain.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The service that receives and sends.
    pub service: Name,
    /// The service that keeps accounts, aliases and quotas.
    #[serde(default)]
    pub accounts_service: Option<Name>,
    /// The domain behind the `@`.
    pub domain: DnsName,
    /// The server's own name (MX, HELO), which differs from the domain.
    pub hostname: DnsName,
    /// The certificate that covers the server's name.
    #[serde(default)]
    pub certificate: Option<Name>,
    /// The mail accounts.
    pub accounts: IndexMap<MailUser, Account>,
    /// Other names, each delivered to an account.
    #[serde(default)]
    pub aliases: IndexMap<MailUser, MailUser>,
    /// The DKIM selector.
    pub dkim_selector: Name,
    /// What receivers shall do with mail that fails SPF and DKIM.
    pub dmarc: DmarcPolicy,
    /// Where DMARC reports go.
    #[serde(default)]
    pub dmarc_reports: Option<EmailAddress>,
    /// The relay that outgoing mail leaves through.
    #[serde(default)]
    pub relay: Option<Relay>,
}

/// A mail account; its password is derived from the host's seed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Account {
    /// The mailbox's limit; none if not given.
    pub quota: Option<Size>,
}

/// A DMARC policy (RFC 7489, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DmarcPolicy {
    /// Deliver, only report.
    None,
    /// Treat as suspicious.
    Quarantine,
    /// Refuse.
    Reject,
}

/// A mail relay.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// The relay's name.
    pub host: DnsName,
    /// The relay's submission port.
    pub port: u16,
    /// The user at the relay; the password is the secret `given/relay_password`.
    pub user: String,
    /// What the relay's SPF record is included by, so that relayed mail passes.
    pub spf_include: DnsName,
}

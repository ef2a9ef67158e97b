//! Web sites and how their certificates are asked for.

use crate::value::{DnsName, EmailAddress, HttpsUrl, Name};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A web site that the host's NGINX serves.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The name in the address bar.
    pub name: DnsName,
    /// Other names, which are redirected to the first.
    #[serde(default)]
    pub aliases: Vec<DnsName>,
    /// The service that answers.
    pub service: Name,
    /// The certificate that covers the name and its aliases.
    #[serde(default)]
    pub certificate: Option<Name>,
    /// Networks that may open the site; everybody if empty.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub allow: Vec<IpNet>,
}

/// How certificates are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// Whom the certificate authority writes to.
    pub email: Option<EmailAddress>,
    /// The ACME directory; Let's Encrypt's if not given.
    pub acme_directory: Option<HttpsUrl>,
}

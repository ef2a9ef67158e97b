//! A web site as NGINX will serve it.

use crate::blueprint::WebProtocol;
use crate::value::{AbsolutePath, DnsName, Name, Size};
use ipnet::IpNet;
use std::net::Ipv4Addr;

/// A web site.
#[derive(Clone, Debug)]
pub struct Site {
    /// The site's key in the blueprint.
    pub key: Name,
    /// The name in the address bar.
    pub name: DnsName,
    /// Names that are redirected to it.
    pub aliases: Vec<DnsName>,
    /// The certificate's name.
    pub certificate: Name,
    /// Networks that may open it; everybody if empty.
    pub allow: Vec<IpNet>,
    /// The service that answers.
    pub upstream: Upstream,
    /// FastCGI only: where the files are.
    pub root: Option<FastcgiRoot>,
    /// The server block's template; the standard one of the protocol if not given.
    pub template: Option<Template>,
    /// The largest request body.
    pub body_limit: Size,
    /// Beginnings of paths where passwords are typed.
    pub login_paths: Vec<AbsolutePath>,
    /// Requests per second and address.
    pub rate: u16,
    /// Requests above the rate that are served at once.
    pub burst: u16,
    /// On the host: the file whose existence says that the application is installed.
    pub installed_marker: Option<AbsolutePath>,
}

/// A service as NGINX connects to it.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// The service.
    pub service: Name,
    /// The container's address.
    pub address: Ipv4Addr,
    /// The container's port.
    pub port: u16,
    /// What is spoken.
    pub protocol: WebProtocol,
}

/// The document root of a FastCGI application, seen from both sides.
#[derive(Clone, Debug)]
pub struct FastcgiRoot {
    /// NGINX' `root`.
    pub host: AbsolutePath,
    /// What SCRIPT_FILENAME begins with.
    pub container: AbsolutePath,
}

/// An NGINX template.
#[derive(Clone, Debug)]
pub struct Template {
    /// The file's name.
    pub name: String,
    /// Its text.
    pub text: String,
}

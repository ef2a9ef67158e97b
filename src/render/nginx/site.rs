//! One site's file. An application's template (its own or the protocol's) says what is particular to it; what every
//! site needs comes to it as text that is already rendered.

use super::{Files, Host, TemplateError, has_modsecurity, template};
use crate::host::WebProtocol;
use ipnet::IpNet;
use minijinja::value::Value;
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a site's template sees.
///
/// The file is read inside `http { }`, so a template may have maps of its own before its `server { }`. `$blocked` (by
/// method, path or program) and `$injection` (by arguments) are not empty for a request that the request filter
/// refuses: a template answers 403 to those that suit its application. `$login` may be set to `$client` for a request
/// that carries a password. A location with an `add_header` has to `include vpsgen/headers.conf`.
#[derive(Serialize)]
struct Context<'a> {
    site: &'a Facts<'a>,
    /// Before `server { }`: the rate zone, the allowed networks, the aliases.
    redirects: Value,
    /// In `server { }`, first: sockets, name, certificate, limits, root; closed to outsiders, and until installed.
    server: Value,
    /// FastCGI only, in a location of scripts: parameters and upstream.
    pass: Value,
}

/// The values behind the prepared parts, which a template may need for parts of its own.
#[derive(Serialize)]
struct Facts<'a> {
    key: &'a str,
    /// The site's place among the sites: names of variables can't have every letter of a key.
    number: usize,
    name: &'a str,
    aliases: Vec<&'a str>,
    /// The directory of fullchain.pem and privkey.pem.
    certificate: String,
    /// Networks that may open the site, the host itself among them; everybody if empty.
    allow: Vec<String>,
    /// ADDRESS:PORT.
    upstream: String,
    /// FastCGI only: the files as NGINX sees them.
    root: Option<&'a str>,
    /// FastCGI only: the files as the application sees them.
    container_root: Option<&'a str>,
    /// In bytes.
    body_limit: u64,
    /// Requests per second and client.
    rate: u16,
    burst: u16,
    installed_marker: Option<&'a str>,
    /// Whether ModSecurity is loaded, so that its directives exist.
    modsecurity: bool,
}

pub(super) fn render(host: &Host, number: usize, files: &mut Files) -> Result<(), TemplateError> {
    let site = &host.sites[number];
    let facts = Facts::of(host, number);
    let part = |name, source| {
        let text = template::render(name, source, serde_json::json!({ "site": facts }))?;
        Ok(Value::from_safe_string(text.trim_end().to_string()))
    };
    let is_fastcgi = site.upstream.protocol == WebProtocol::Fastcgi;
    let context = Context {
        site: &facts,
        redirects: part("redirects.conf.j2", include_str!("redirects.conf.j2"))?,
        server: part("server.conf.j2", include_str!("server.conf.j2"))?,
        pass: if is_fastcgi { part("pass.conf.j2", include_str!("pass.conf.j2"))? } else { Value::UNDEFINED },
    };
    let (name, source) = match (&site.template, site.upstream.protocol) {
        (Some(template), _) => (template.name.as_str(), template.text.as_str()),
        (None, WebProtocol::Http) => ("http-site.conf.j2", include_str!("http-site.conf.j2")),
        (None, WebProtocol::Fastcgi) => ("fastcgi-site.conf.j2", include_str!("fastcgi-site.conf.j2")),
    };
    let text = template::render(name, source, context)?;
    files.add(format!("/etc/nginx/sites-enabled/{}.conf", site.key), text);
    Ok(())
}

impl<'a> Facts<'a> {
    fn of(host: &'a Host, number: usize) -> Self {
        let site = &host.sites[number];
        Self {
            number,
            key: site.key.as_str(),
            name: site.name.as_str(),
            aliases: site.aliases.iter().map(AsRef::as_ref).collect(),
            certificate: format!("/etc/vpsgen/tls/{}", site.certificate),
            allow: insiders(&site.allow),
            upstream: format!("{}:{}", site.upstream.address, site.upstream.port),
            root: site.root.as_ref().map(|root| root.host.as_str()),
            container_root: site.root.as_ref().map(|root| root.container.as_str()),
            body_limit: site.body_limit.bytes(),
            rate: site.rate,
            burst: site.burst,
            installed_marker: site.installed_marker.as_ref().map(AsRef::as_ref),
            modsecurity: has_modsecurity(host),
        }
    }
}

/// The allowed networks and the ends of an SSH tunnel, none twice and none within another: NGINX warns of those.
fn insiders(allow: &[IpNet]) -> Vec<String> {
    if allow.is_empty() {
        return vec![];
    }
    let tunnel = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)].map(IpNet::from);
    let networks: Vec<IpNet> = tunnel.into_iter().chain(allow.iter().copied()).collect();
    IpNet::aggregate(&networks).iter().map(ToString::to_string).collect()
}

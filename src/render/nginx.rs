//! NGINX on the host: one file for the server, snippets that sites share, one file per site. The monitoring's pages
//! are not served: they are on the loopback interface only, behind an SSH tunnel.

mod site;
#[cfg(test)]
mod tests;

use super::{Files, TemplateError, template};
use crate::host::{Host, RequestFilter, Site, WebProtocol};
use crate::value::AbsolutePath;
use minijinja::value::Value;
use serde::Serialize;

/// The headers that only this server sets: whatever an application sends under these names is dropped, so that every
/// response has each of them once. The last one names the application's software.
const OWN_HEADERS: [&str; 6] = [
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-XSS-Protection",
    "Referrer-Policy",
    "X-Powered-By",
];

/// What the server's own file is made from.
///
/// `listen ... http2` is written on the two default sockets only: 1.22 and 1.24 have no `http2 on`, a socket speaks
/// HTTP/2 for every site on it, and so 1.26 says twice that the parameter is deprecated, and nothing else.
#[derive(Serialize)]
struct Server<'a> {
    hidden_headers: &'static [&'static str],
    /// The modules that reach an application: `proxy`, `fastcgi`.
    protocols: Vec<&'static str>,
    /// Every name of every site.
    names: Vec<&'a str>,
    /// Whether a name needs more room than a line of the processor's cache, which is what NGINX takes.
    has_long_names: bool,
    login_patterns: Vec<String>,
    /// What is said once for all sites: limits, the request filter, the log.
    parts: [Value; 3],
    modsecurity: bool,
}

/// What NGINX's hash tables take of a name without being told.
const LONGEST_NAME: usize = 40;

/// Renders everything below /etc/nginx, unless nothing on the host needs a web server.
pub fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    if host.sites.is_empty() && host.certificates.is_empty() {
        return Ok(());
    }
    let server = Server {
        hidden_headers: &OWN_HEADERS,
        protocols: protocols(host).map(|(module, _)| module).collect(),
        has_long_names: names(host).any(|name| name.len() > LONGEST_NAME),
        names: names(host).collect(),
        login_patterns: host.sites.iter().flat_map(login_patterns).collect(),
        parts: parts(host),
        modsecurity: has_modsecurity(host),
    };
    let text = template::render("nginx.conf.j2", include_str!("nginx/nginx.conf.j2"), server)?;
    files.add("/etc/nginx/nginx.conf", text);
    add_snippets(host, files)?;
    (0..host.sites.len()).try_for_each(|number| site::render(host, number, files))
}

fn names(host: &Host) -> impl Iterator<Item = &str> {
    host.sites.iter().flat_map(|site| std::iter::once(&site.name).chain(&site.aliases)).map(AsRef::as_ref)
}

/// The module of every protocol that a site's application speaks, and the snippet for its locations.
fn protocols(host: &Host) -> impl Iterator<Item = (&'static str, &'static str)> {
    let speaks = |protocol| host.sites.iter().any(|site| site.upstream.protocol == protocol);
    let http = speaks(WebProtocol::Http).then_some(("proxy", include_str!("nginx/proxy.conf")));
    let fastcgi = speaks(WebProtocol::Fastcgi).then_some(("fastcgi", include_str!("nginx/fastcgi.conf")));
    http.into_iter().chain(fastcgi)
}

fn has_modsecurity(host: &Host) -> bool {
    host.firewall.request_filter == RequestFilter::Modsecurity
}

fn parts(host: &Host) -> [Value; 3] {
    let filter = match host.firewall.request_filter {
        RequestFilter::Off => include_str!("nginx/request-filter-off.conf"),
        RequestFilter::Plain | RequestFilter::Modsecurity => include_str!("nginx/request-filter.conf"),
    };
    let parts = [include_str!("nginx/limits.conf"), filter, include_str!("nginx/log.conf")];
    parts.map(|text| Value::from_safe_string(text.trim_end().to_string()))
}

fn add_snippets(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    let headers = ("headers", include_str!("nginx/headers.conf"));
    for (name, text) in protocols(host).chain([headers]) {
        files.add(format!("/etc/nginx/vpsgen/{name}.conf"), text);
    }
    if has_modsecurity(host) {
        files.add("/etc/nginx/vpsgen/modsecurity.conf", modsecurity(host)?);
    }
    Ok(())
}

/// Bodies up to the largest that a site takes are inspected: a lower limit would let an attack pass behind padding.
fn modsecurity(host: &Host) -> Result<String, TemplateError> {
    let body_limit = host.sites.iter().map(|site| site.body_limit.bytes()).max().unwrap_or_default();
    let context = serde_json::json!({ "body_limit": body_limit });
    template::render("modsecurity.conf.j2", include_str!("nginx/modsecurity.conf.j2"), context)
}

/// Where a site's passwords are sent, and nothing below it, matched against `$server_name $request_method $uri `. PHP
/// applications answer below `/index.php` too.
fn login_patterns(site: &Site) -> impl Iterator<Item = String> {
    let pattern = |path: &AbsolutePath| {
        let literal = path.as_str().replace('.', "[.]").replace('+', "[+]");
        format!("~^{} POST (/index.php)?{literal}/? ", site.name)
    };
    site.login_paths.iter().map(pattern)
}

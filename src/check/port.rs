//! Ports: what answers on the host, and what of it the internet may reach.

use super::{Checker, service_path};
use crate::blueprint::path::Path;
use crate::blueprint::path::path;
use crate::report::Code;
use crate::value::{ExternalPort, Name, Protocol, PublishedPort};
use std::net::Ipv4Addr;

/// What the host itself listens on, and which section brings it.
const HOST_PORTS: [(u16, &str); 3] = [(22, "sshd"), (80, "NGINX"), (443, "NGINX")];

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut published: Vec<(&Name, PublishedPort, Path)> = Vec::new();
    for (name, service) in checker.services() {
        for (purpose, port) in &service.ports {
            let at = service_path(name, "ports").join(purpose.as_str());
            exposure(checker, name, port, &at);
            internal(checker, name, port, &at);
            collision(checker, &published, name, port, &at);
            published.push((name, *port, at));
        }
    }
    unanswered(checker, &published);
}

fn exposure(checker: &mut Checker<'_>, name: &Name, port: &PublishedPort, at: &Path) {
    let external = ExternalPort { port: port.host, protocol: port.protocol };
    if port.address.is_loopback() || checker.blueprint.firewall.external.contains_key(&external) {
        return;
    }
    let message = format!("`{name}` publishes {external} to the internet, which is not declared external");
    let help = format!("publish it on 127.0.0.1, or add `{external}: ...` to `firewall.external`");
    checker.report(Code::PublishedUndeclared, at, message, help);
}

/// Docker silently publishes nothing from networks that are all internal; the host passes on loopback ports only.
fn internal(checker: &mut Checker<'_>, name: &Name, port: &PublishedPort, at: &Path) {
    let networks = &checker.blueprint.services[name].networks;
    let is_internal =
        |network| checker.blueprint.networks.get(network).is_some_and(|network| network.internal);
    let all_internal = !networks.is_empty() && networks.keys().all(is_internal);
    if all_internal && (!port.address.is_loopback() || port.protocol == Protocol::Udp) {
        let message = format!("`{name}` has only internal networks, from which Docker publishes nothing");
        let help =
            "publish it on 127.0.0.1 with TCP (the host passes it on), or add a network that leads out";
        checker.report(Code::PublishedInternal, at, message, help);
    }
}

fn collision(
    checker: &mut Checker<'_>,
    published: &[(&Name, PublishedPort, Path)],
    name: &Name,
    port: &PublishedPort,
    at: &Path,
) {
    let meets = |a: Ipv4Addr, b: Ipv4Addr| a == b || a.is_unspecified() || b.is_unspecified();
    let other = published.iter().find(|(_, other, _)| {
        other.host == port.host && other.protocol == port.protocol && meets(other.address, port.address)
    });
    if let Some((other_name, _, other_at)) = other {
        let message = format!("`{other_name}` and `{name}` both publish port {}", port.host);
        let places = [(at, "this one"), (other_at, "and this one")];
        checker.report_pair(Code::DuplicatePort, places, message, "give each a port of its own");
    }
    let owner = HOST_PORTS.iter().find(|(host, _)| *host == port.host && port.protocol == Protocol::Tcp);
    if let Some((number, program)) = owner {
        let message = format!("`{name}` publishes port {number}, where the host's {program} listens");
        checker.report(Code::DuplicatePort, at, message, "choose another port");
    }
}

/// An open port where nothing answers is a mistake in waiting.
fn unanswered(checker: &mut Checker<'_>, published: &[(&Name, PublishedPort, Path)]) {
    let blueprint = checker.blueprint;
    let has_sites = !blueprint.sites.is_empty();
    for port in blueprint.firewall.external.keys() {
        let by_host = port.protocol == Protocol::Tcp
            && (port.port == 22 || (has_sites && HOST_PORTS.iter().any(|(number, _)| *number == port.port)));
        let by_service = published.iter().any(|(_, other, _)| {
            other.host == port.port && other.protocol == port.protocol && !other.address.is_loopback()
        });
        if !by_host && !by_service && !checker.tree.dropped(&path!["services"]) {
            let at = path!["firewall", "external", port.to_string().as_str()];
            let message = format!("{port} is open, and nothing answers there");
            checker.report(Code::ExternalUnanswered, &at, message, "remove it, or publish a service on it");
        }
    }
    for number in [80, 443] {
        let port = ExternalPort { port: number, protocol: Protocol::Tcp };
        if has_sites && !blueprint.firewall.external.contains_key(&port) {
            let message = format!("there are sites, and port {number} is not open");
            let help = format!("add `{port}: ...` to `firewall.external`");
            checker.report(Code::SitesUnreachable, &path!["sites"], message, help);
        }
    }
}

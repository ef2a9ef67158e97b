//! What the specification says of breaches, asserted on the finished host: they end in their zone, they don't become
//! root, and secrets stay where they belong. A finding is reported where the way begins to be wrong, with the whole way.

use super::service_path;
use crate::audit::{Edge, Means, Node, Reached, edges, reach};
use crate::blueprint::path::{Path, path};
use crate::blueprint::tree::Tree;
use crate::blueprint::{Blueprint, Service};
use crate::host::{Host, Zone};
use crate::report::{Code, Diagnostic, Report};
use crate::value::{Name, Peer};
use std::collections::BTreeSet;

/// Reports what breaks the isolation. Whether it is worth asking is `check`'s business: there is a host.
pub fn isolation(blueprint: &Blueprint, host: &Host, tree: &Tree, report: &mut Report) {
    let edges = edges(host);
    let mut asserted = Asserted { blueprint, host, tree, report, edges };
    asserted.zones();
    asserted.root();
    asserted.secrets();
    asserted.unneeded();
}

struct Asserted<'a> {
    blueprint: &'a Blueprint,
    host: &'a Host,
    tree: &'a Tree,
    report: &'a mut Report,
    edges: Vec<Edge<'a>>,
}

impl<'a> Asserted<'a> {
    fn say(&mut self, code: Code, at: &Path, message: String, help: String) {
        self.report.push(Diagnostic::new(code, message).at(self.tree.place(at), "").help(help));
    }

    /// Over however many hops, nobody leaves a zone but into those that it says it reaches.
    fn zones(&mut self) {
        let mut said = BTreeSet::new();
        let host = self.host;
        for zone in &host.zones {
            for service in &zone.services {
                for found in reach(&self.edges, Node::Service(&service.name)) {
                    let Some(edge) = escape(host, zone, &found) else { continue };
                    if said.insert((&zone.name, edge.clone())) {
                        self.escaped(zone, &found, &edge);
                    }
                }
            }
        }
    }

    fn escaped(&mut self, zone: &Zone, found: &Reached<'a>, edge: &Edge<'a>) {
        let Some(other) = zone_of(self.host, edge.to) else { return };
        let message = format!(
            "a breach of the zone `{}` would reach the zone `{}`: {}",
            zone.name,
            other.name,
            found.path()
        );
        let help = format!("remove it, or say that it may: `zones.{}.reaches: [{}]`", zone.name, other.name);
        let at = cause(self.blueprint, edge);
        self.say(Code::ZoneReached, &at, message, help);
    }

    /// Whoever comes in from the internet, directly or over others, must not end as root or read the user-data.
    fn root(&mut self) {
        let found = reach(&self.edges, Node::Internet);
        for found in found.iter().filter(|it| matches!(it.node, Node::Root | Node::Metadata)) {
            let Some(edge) = found.way.last() else { continue };
            let what =
                if found.node == Node::Root { "become root on the host" } else { "read the user-data" };
            let message = format!("somebody from the internet could {what}: {}", found.path());
            let help = "do without that right, or close the way to the service".to_string();
            let at = cause(self.blueprint, edge);
            self.say(Code::HostTaken, &at, message, help);
        }
    }

    /// A secret of one zone in another is a way in, whatever the network says.
    fn secrets(&mut self) {
        let host = self.host;
        for zone in &host.zones {
            let held = zone.services.iter().flat_map(|it| it.secrets.iter().map(move |secret| (it, secret)));
            for (service, secret) in held {
                let owner = host.services().find(|it| it.name.as_str() == secret.source.parts().0);
                let Some(owner) = owner.filter(|it| !may_reach(zone, &it.zone)) else { continue };
                let at = service_path(&service.name, "secrets").join(secret.file.as_str());
                let message = format!(
                    "`{}` of the zone `{}` holds the secret `{}` of the zone `{}`",
                    service.name, zone.name, secret.source, owner.zone
                );
                let help = format!("remove it, or say `zones.{}.reaches: [{}]`", zone.name, owner.zone);
                self.say(Code::SecretCrossing, &at, message, help);
            }
        }
    }

    /// A permission that nothing uses is one that nobody would miss.
    fn unneeded(&mut self) {
        let host = self.host;
        for zone in &host.zones {
            for (index, other) in zone.reaches.iter().enumerate() {
                let starts = zone.services.iter().map(|service| Node::Service(&service.name));
                let is_used = starts
                    .flat_map(|start| reach(&self.edges, start))
                    .any(|found| zone_of(host, found.node).is_some_and(|reached| reached.name == *other));
                if !is_used {
                    let at = path!["zones", zone.name.as_str(), "reaches", index];
                    let message =
                        format!("no service of the zone `{}` reaches the zone `{other}`", zone.name);
                    self.say(Code::Unused, &at, message, "remove it".into());
                }
            }
        }
    }
}

/// The first step of a way that leaves the zone for one that it may not reach.
fn escape<'a>(host: &'a Host, zone: &Zone, found: &Reached<'a>) -> Option<Edge<'a>> {
    let leaves = |edge: &&Edge<'a>| zone_of(host, edge.to).is_some_and(|it| !may_reach(zone, &it.name));
    found.way.iter().find(leaves).cloned()
}

fn may_reach(zone: &Zone, other: &Name) -> bool {
    zone.name == *other || zone.reaches.contains(other)
}

fn zone_of<'a>(host: &'a Host, node: Node<'_>) -> Option<&'a Zone> {
    let Node::Service(name) = node else { return None };
    host.zones.iter().find(|zone| zone.services.iter().any(|service| service.name == *name))
}

/// The place in the blueprint that makes an edge.
fn cause(blueprint: &Blueprint, edge: &Edge<'_>) -> Path {
    let Node::Service(name) = edge.from else { return path!["sites"] };
    let whole = path!["services", name.as_str()];
    let Some(service) = blueprint.services.get(name) else { return whole };
    match &edge.means {
        Means::Connection(_, port) => flow(name, service, edge, *port).unwrap_or(whole),
        Means::Names => service_path(name, "flows"),
        Means::Files(source) => {
            let purpose = service.volumes.iter().find(|(_, mount)| mount.source.as_str() == *source);
            purpose.map_or(whole, |(purpose, _)| service_path(name, "volumes").join(purpose.as_str()))
        }
        Means::Right(_) if !service.host_namespaces.is_empty() => service_path(name, "host_namespaces"),
        Means::Right("docker.sock" | "a writable part of the host") => service_path(name, "volumes"),
        Means::Right(_) => service_path(name, "cap_add"),
    }
}

fn flow(name: &Name, service: &Service, edge: &Edge<'_>, port: u16) -> Option<Path> {
    let Node::Service(to) = edge.to else { return None };
    let is_it = |peer: &Peer| *peer == Peer::Service(to.clone());
    let (purpose, _) = service.flows.iter().find(|(_, flow)| is_it(&flow.peer) && flow.port == port)?;
    Some(service_path(name, "flows").join(purpose.as_str()))
}

//! What falls with a part of the host, if every part that it reaches may fall, too.

use super::{Edge, Node};
use crate::host::{Host, Service};
use std::collections::{BTreeSet, VecDeque};

/// A part that is reached, and the shortest way to it.
#[derive(Clone, Debug)]
pub struct Reached<'a> {
    /// The part.
    pub node: Node<'a>,
    /// The edges from the start to it.
    pub way: Vec<Edge<'a>>,
}

impl Reached<'_> {
    /// The way as a person reads it: `app -> database (5432/tcp) -> ...`.
    pub fn path(&self) -> String {
        let start = self.way.first().map(|edge| edge.from.to_string()).unwrap_or_default();
        let steps = self.way.iter().map(|edge| format!(" -> {} ({})", edge.to, edge.means));
        steps.fold(start, |path, step| path + &step)
    }
}

/// What an attacker who holds a service has.
#[derive(Clone, Debug)]
pub struct Blast<'a> {
    /// The service.
    pub service: &'a Service,
    /// Whom it reaches, nearest first.
    pub reached: Vec<Reached<'a>>,
    /// Directories of the host that it reads.
    pub reads: BTreeSet<&'a str>,
    /// Directories of the host that it writes.
    pub writes: BTreeSet<&'a str>,
    /// Secrets that it holds.
    pub secrets: BTreeSet<&'a str>,
}

/// The blast radius of one service.
pub fn blast_radius<'a>(
    host: &'a Host,
    edges: &[Edge<'a>],
    name: &'a crate::value::Name,
) -> Option<Blast<'a>> {
    let service = host.service(name)?;
    let paths = |read_only| {
        let mounts = service.mounts.iter().filter(move |mount| mount.read_only == read_only);
        mounts.map(|mount| mount.source.as_str()).collect()
    };
    Some(Blast {
        service,
        reached: reach(edges, Node::Service(name)),
        reads: paths(true),
        writes: paths(false),
        secrets: service.secrets.iter().map(|secret| secret.source.as_str()).collect(),
    })
}

/// The services whose user ids are the host's own: whoever leaves such a container is on the host who he was in it.
pub fn with_host_ids(host: &Host) -> Vec<&Service> {
    host.services().filter(|service| !(host.user_namespaces && service.is_remapped())).collect()
}

/// Every part that can be reached from a start, each by a shortest way.
pub fn reach<'a>(edges: &[Edge<'a>], start: Node<'a>) -> Vec<Reached<'a>> {
    let mut seen = BTreeSet::from([start]);
    let mut reached: Vec<Reached<'a>> = Vec::new();
    let mut waiting = VecDeque::from([(start, Vec::new())]);
    while let Some((node, way)) = waiting.pop_front() {
        let is_start = node == start;
        for edge in edges.iter().filter(|edge| edge.from == node && (is_start || node.leads_on())) {
            if seen.insert(edge.to) {
                let way: Vec<_> = way.iter().chain([edge]).cloned().collect();
                reached.push(Reached { node: edge.to, way: way.clone() });
                waiting.push_back((edge.to, way));
            }
        }
    }
    reached
}

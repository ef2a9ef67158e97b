//! Every edge of the graph, each from the part of the host that makes it.

use super::{Edge, Means, Node};
use crate::host::{Capability, Host, HostNamespace, HostUser, Mount, Service};
use crate::value::{Peer, Protocol};

/// Rights that are as good as root's, once a process can leave its container's view.
const CAPABILITIES: [(Capability, &str); 5] = [
    (Capability::SysAdmin, "SYS_ADMIN"),
    (Capability::SysPtrace, "SYS_PTRACE"),
    (Capability::DacReadSearch, "DAC_READ_SEARCH"),
    (Capability::NetAdmin, "NET_ADMIN"),
    (Capability::NetRaw, "NET_RAW"),
];

/// Every edge, sorted, each once.
pub fn edges(host: &Host) -> Vec<Edge<'_>> {
    let mut edges: Vec<Edge<'_>> =
        flows(host).chain(surroundings(host)).chain(files(host)).chain(rights(host)).collect();
    edges.sort();
    edges.dedup();
    edges
}

fn flows(host: &Host) -> impl Iterator<Item = Edge<'_>> {
    let between = host.container_flows().map(|it| {
        let means = Means::Connection(it.target.protocol, it.target.port);
        edge(Node::Service(&it.from.name), Node::Service(&it.to.name), means)
    });
    let from_host = host.user_flows().filter_map(|it| {
        let from = match it.user {
            HostUser::Web => Node::Web,
            HostUser::Container(_) | HostUser::Login(_) | HostUser::Relay => return None,
        };
        let means = Means::Connection(it.target.protocol, it.target.port);
        Some(edge(from, Node::Service(&it.to.name), means))
    });
    between.chain(from_host).chain(residents(host))
}

/// A service in the host's network has no address of its own, and talks as the host does.
fn residents(host: &Host) -> impl Iterator<Item = Edge<'_>> {
    let residents = host.services().filter(|service| service.shares(HostNamespace::Network));
    residents.flat_map(|from| {
        from.flows.iter().filter_map(move |flow| {
            let Peer::Service(name) = &flow.peer else { return None };
            let means = Means::Connection(flow.protocol, flow.port);
            Some(edge(Node::Service(&from.name), Node::Service(name), means))
        })
    })
}

fn surroundings(host: &Host) -> impl Iterator<Item = Edge<'_>> {
    let web = (!host.sites.is_empty())
        .then(|| edge(Node::Internet, Node::Web, Means::Connection(Protocol::Tcp, 443)));
    let published = host.published().map(|(service, it)| {
        edge(Node::Internet, Node::Service(&service.name), Means::Connection(it.protocol, it.port))
    });
    let outward = host.services().flat_map(|service| {
        service.flows.iter().filter_map(move |flow| {
            let (to, means) = match flow.peer {
                Peer::Internet => (Node::Internet, Means::Connection(flow.protocol, flow.port)),
                Peer::Dns => (Node::Internet, Means::Names),
                Peer::Host => (Node::Host, Means::Connection(flow.protocol, flow.port)),
                Peer::Service(_) => return None,
            };
            Some(edge(Node::Service(&service.name), to, means))
        })
    });
    web.into_iter().chain(published).chain(outward)
}

/// What one service writes and another reads leads from the first to the second.
fn files(host: &Host) -> impl Iterator<Item = Edge<'_>> {
    host.services().flat_map(move |writer| {
        let written = writer.mounts.iter().filter(|mount| !mount.read_only);
        written.flat_map(move |mount| {
            let others = host.services().filter(|reader| reader.name != writer.name);
            others.filter(|reader| reader.mounts.iter().any(|it| is_shared(it, mount))).map(|reader| {
                let means = Means::Files(mount.source.as_str());
                edge(Node::Service(&writer.name), Node::Service(&reader.name), means)
            })
        })
    })
}

fn is_shared(one: &Mount, other: &Mount) -> bool {
    one.source.is_within(&other.source) || other.source.is_within(&one.source)
}

fn rights(host: &Host) -> impl Iterator<Item = Edge<'_>> {
    host.services().flat_map(|service| {
        let node = Node::Service(&service.name);
        let root =
            root_rights(service).into_iter().map(move |right| edge(node, Node::Root, Means::Right(right)));
        let is_root = service.user.is_none_or(|user| user.user == 0);
        let is_resident = service.shares(HostNamespace::Network) && is_root;
        let metadata = is_resident.then(|| edge(node, Node::Metadata, Means::Right("the host's network")));
        root.chain(metadata)
    })
}

fn root_rights(service: &Service) -> Vec<&'static str> {
    let mut rights = Vec::new();
    let namespaces =
        [(HostNamespace::Pid, "the host's processes"), (HostNamespace::User, "the host's user ids")];
    rights.extend(namespaces.iter().filter(|(it, _)| service.shares(*it)).map(|(_, right)| *right));
    rights
        .extend(CAPABILITIES.iter().filter(|(it, _)| service.cap_add.contains(it)).map(|(_, right)| *right));
    for mount in &service.mounts {
        if mount.source.holds_docker_socket() {
            rights.push("docker.sock");
        } else if mount.volume.is_none() && !mount.read_only {
            rights.push("a writable part of the host");
        }
    }
    rights
}

fn edge<'a>(from: Node<'a>, to: Node<'a>, means: Means<'a>) -> Edge<'a> {
    Edge { from, to, means }
}

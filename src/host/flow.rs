//! Who may open a connection to whom: the declared flows with the addresses and users that they come from.
//! Packet filter and audit both read this list, and nothing that isn't in it gets through. Deliberately absent: answers,
//! which follow from the connections that they belong to.

use super::{Host, HostNamespace, Service, WebProtocol};
use crate::value::{FlowTarget, Name, NetworkName, Peer, Protocol};
use std::net::Ipv4Addr;

/// NGINX' user, on both operating systems.
const WEB_USER: &str = "www-data";

/// Docker's default bridge, on which images are built, and nothing else is.
pub const BUILD_NETWORK: (&str, &str) = ("172.17.0.0/16", "docker0");

/// Where a packet goes: the other end of every kind of flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Outlet {
    /// The address that names the flow: the target's, or of a flow to the outside or the host, the source's.
    pub address: Ipv4Addr,
    /// TCP or UDP.
    pub protocol: Protocol,
    /// The port at the far end.
    pub port: u16,
}

/// A flow from one container to another of the same network.
#[derive(Clone, Copy, Debug)]
pub struct ContainerFlow<'a> {
    /// Who connects.
    pub from: &'a Service,
    /// From this address.
    pub source: Ipv4Addr,
    /// Who answers.
    pub to: &'a Service,
    /// At this address and port.
    pub target: Outlet,
}

/// A user of the host whose programs may connect somewhere. Root may go anywhere, so it is not named.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HostUser {
    /// NGINX.
    Web,
    /// The user who logs in, whose tunnels sshd opens under this name.
    Login(Name),
    /// Relays of loopback ports: each has a user of its own, from the range that systemd takes for such users.
    Relay,
    /// A container in the host's network, by its user id.
    Container(u32),
}

/// A flow from a program of the host.
#[derive(Clone, Debug)]
pub struct UserFlow<'a> {
    /// Who connects.
    pub user: HostUser,
    /// Who answers.
    pub to: &'a Service,
    /// At this address and port; 127.0.0.1 stands for the host's own.
    pub target: Outlet,
}

/// The range of users that systemd makes up: <https://systemd.io/UIDS-GIDS/>
const MADE_UP_USERS: &str = "61184-65519";

impl HostUser {
    /// The user as nftables names it: by name, since the ids of those who log in are the image's matter.
    pub fn label(&self) -> String {
        match self {
            Self::Web => WEB_USER.into(),
            Self::Login(name) => name.to_string(),
            Self::Relay => MADE_UP_USERS.into(),
            Self::Container(id) => id.to_string(),
        }
    }
}

impl Service {
    fn flows_to(&self, peer: &Peer) -> impl Iterator<Item = &FlowTarget> {
        self.flows.iter().filter(move |flow| flow.peer == *peer)
    }

    /// Its address in every network that it is in.
    pub fn addresses(&self) -> impl Iterator<Item = Ipv4Addr> {
        self.attachments.iter().map(|attachment| attachment.address)
    }
}

impl Host {
    /// Flows between containers, once for every network that both are in.
    pub fn container_flows(&self) -> impl Iterator<Item = ContainerFlow<'_>> {
        self.services().flat_map(|from| from.flows.iter().map(move |flow| (from, flow))).flat_map(
            |(from, flow)| {
                let to = match &flow.peer {
                    Peer::Service(name) => self.service(name),
                    Peer::Internet | Peer::Dns | Peer::Host => None,
                };
                to.into_iter().flat_map(move |to| meetings(from, to, flow))
            },
        )
    }

    /// Ports of the internet that containers may connect to, each with the container's address. The service is the
    /// container, which may have several such addresses.
    pub fn outward_flows(&self) -> impl Iterator<Item = (&Service, Outlet)> {
        self.services().flat_map(move |service| {
            let flows = service.flows_to(&Peer::Internet);
            flows.flat_map(move |flow| {
                let (protocol, port) = (flow.protocol, flow.port);
                self.open_addresses(service).map(move |address| (service, Outlet { address, protocol, port }))
            })
        })
    }

    /// The addresses of containers that may ask the cloud's resolver for names.
    pub fn resolving(&self) -> impl Iterator<Item = (&Service, Ipv4Addr)> {
        let asks = |service: &&Service| service.flows_to(&Peer::Dns).next().is_some();
        self.services()
            .filter(asks)
            .flat_map(|service| self.open_addresses(service).map(move |address| (service, address)))
    }

    /// Ports of the host that containers may connect to, each with the container's address.
    pub fn inward_flows(&self) -> impl Iterator<Item = (&Service, Outlet)> {
        self.services().flat_map(|service| {
            let flows = service.flows_to(&Peer::Host);
            flows.flat_map(move |flow| {
                let (protocol, port) = (flow.protocol, flow.port);
                service.addresses().map(move |address| (service, Outlet { address, protocol, port }))
            })
        })
    }

    /// Container ports that the outside reaches, since Docker publishes them on an address of the host.
    pub fn published(&self) -> impl Iterator<Item = (&Service, Outlet)> {
        self.services().filter(|service| service.is_published_by_docker).flat_map(move |service| {
            let ports = service.ports.iter().filter(|port| !port.address.is_loopback());
            ports.flat_map(move |port| {
                let (protocol, port) = (port.protocol, port.container);
                self.open_addresses(service).map(move |address| (service, Outlet { address, protocol, port }))
            })
        })
    }

    /// Container ports that programs of the host connect to.
    pub fn user_flows(&self) -> impl Iterator<Item = UserFlow<'_>> {
        let sites = self.sites.iter().filter_map(|site| {
            let up = &site.upstream;
            let target = Outlet { address: up.address, protocol: Protocol::Tcp, port: up.port };
            Some(UserFlow { user: HostUser::Web, to: self.service(&up.service)?, target })
        });
        let relays = self.relayed_ports().map(|it| UserFlow {
            user: HostUser::Relay,
            to: it.service,
            target: Outlet { address: it.target, protocol: it.port.protocol, port: it.port.container },
        });
        sites.chain(relays).chain(self.flows_from_host_network())
    }

    /// A service in the host's network talks as the host does, under its own user id.
    fn flows_from_host_network(&self) -> impl Iterator<Item = UserFlow<'_>> {
        let residents = self.services().filter(|service| service.shares(HostNamespace::Network));
        residents.flat_map(|from| from.flows.iter().map(move |flow| (from, flow))).flat_map(|(from, flow)| {
            let Peer::Service(name) = &flow.peer else { return Vec::new() };
            let user = HostUser::Container(from.user.map_or(0, |user| user.user));
            let to = self.service(name).into_iter();
            to.flat_map(|to| to.addresses().map(move |address| (to, address)))
                .map(|(to, address)| UserFlow {
                    user: user.clone(),
                    to,
                    target: Outlet { address, protocol: flow.protocol, port: flow.port },
                })
                .collect()
        })
    }

    /// Who may use the loopback ports of services besides root: the user who logs in, through a tunnel, for what a
    /// browser speaks; NGINX for what it serves anyway. FastCGI runs what it is told, and is nobody else's.
    pub fn loopback_flows(&self) -> impl Iterator<Item = UserFlow<'_>> {
        self.loopback_ports().flat_map(|(to, target, inside)| {
            let serves =
                |site: &&super::Site| site.upstream.service == to.name && site.upstream.port == inside;
            let site = self.sites.iter().find(serves);
            let web = site.map(|_| HostUser::Web);
            let is_code =
                to.web.as_ref().is_some_and(|web| web.port == inside && web.protocol == WebProtocol::Fastcgi);
            let login = (!is_code).then(|| HostUser::Login(self.access.user.clone()));
            web.into_iter().chain(login).map(move |user| UserFlow { user, to, target })
        })
    }

    /// The loopback ports of services, with the port in the container.
    pub fn loopback_ports(&self) -> impl Iterator<Item = (&Service, Outlet, u16)> {
        self.services().flat_map(|service| {
            let ports = service.ports.iter().filter(|port| port.address.is_loopback());
            ports.map(move |port| {
                let target = Outlet { address: port.address, protocol: port.protocol, port: port.host };
                (service, target, port.container)
            })
        })
    }

    /// A service's addresses in networks that lead out.
    fn open_addresses<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = Ipv4Addr> + 'a {
        let is_open = |name: &NetworkName| {
            self.networks.iter().any(|network| network.name == *name && !network.internal)
        };
        service.attachments.iter().filter(move |it| is_open(&it.network)).map(|it| it.address)
    }
}

fn meetings<'a>(
    from: &'a Service,
    to: &'a Service,
    flow: &FlowTarget,
) -> impl Iterator<Item = ContainerFlow<'a>> + use<'a> {
    let (protocol, port) = (flow.protocol, flow.port);
    from.attachments.iter().flat_map(move |here| {
        let there = to.attachments.iter().filter(|there| there.network == here.network);
        there.map(move |there| ContainerFlow {
            from,
            source: here.address,
            to,
            target: Outlet { address: there.address, protocol, port },
        })
    })
}

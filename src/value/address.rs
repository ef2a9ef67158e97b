//! Ports and the far ends of flows.

use super::{Name, parsed_value};
use std::net::Ipv4Addr;
use std::str::FromStr;

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP, the default.
    Tcp,
    /// UDP.
    Udp,
}

impl std::fmt::Display for Protocol {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

fn port(text: &str) -> Option<u16> {
    text.parse::<u16>().ok().filter(|port| *port > 0 && port.to_string() == text)
}

fn port_and_protocol(text: &str) -> Option<(u16, Protocol)> {
    match text.split_once('/') {
        Some((number, "tcp")) => port(number).map(|port| (port, Protocol::Tcp)),
        Some((number, "udp")) => port(number).map(|port| (port, Protocol::Udp)),
        Some(_) => None,
        None => port(text).map(|port| (port, Protocol::Tcp)),
    }
}

/// A port that the internet may reach: `22/tcp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalPort {
    /// 1 to 65535.
    pub port: u16,
    /// TCP or UDP.
    pub protocol: Protocol,
}

impl FromStr for ExternalPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match port_and_protocol(text) {
            Some((port, protocol)) if text.contains('/') => Ok(Self { port, protocol }),
            _ => Err("an external port is PORT/tcp or PORT/udp, such as 443/tcp".into()),
        }
    }
}

impl std::fmt::Display for ExternalPort {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.port, self.protocol)
    }
}

parsed_value!(ExternalPort, pattern r"^[0-9]{1,5}/(tcp|udp)$");

/// A published port in Compose's short form, with its address always written: `127.0.0.1:8080:80[/udp]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PublishedPort {
    /// The host's address that answers. IPv4 only: on an IPv4 bridge an IPv6 client would appear as the gateway.
    pub address: Ipv4Addr,
    /// The host's port.
    pub host: u16,
    /// The container's port.
    pub container: u16,
    /// TCP or UDP.
    pub protocol: Protocol,
}

impl FromStr for PublishedPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.splitn(3, ':').collect();
        let read = || {
            let [address, host, container] = parts[..] else { return None };
            let (container, protocol) = port_and_protocol(container)?;
            Some(Self { address: address.parse().ok()?, host: port(host)?, container, protocol })
        };
        read().ok_or_else(|| "a published port is ADDRESS:HOST:CONTAINER, such as 127.0.0.1:8080:80".into())
    }
}

impl std::fmt::Display for PublishedPort {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}:{}", self.address, self.host, self.container)?;
        if self.protocol == Protocol::Udp { formatter.write_str("/udp") } else { Ok(()) }
    }
}

parsed_value!(PublishedPort, pattern r"^[0-9.]+:[0-9]{1,5}:[0-9]{1,5}(/(tcp|udp))?$");

/// The far end of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Peer {
    /// Any address that is not the host's or a container's.
    Internet,
    /// A resolver, wherever it is: names of the internet, and through them a little of everything.
    Dns,
    /// The host itself, at the gateway of the service's network.
    Host,
    /// Another service, on a network that both are in.
    Service(Name),
}

/// The port of resolvers.
pub const DNS_PORT: u16 = 53;

/// Whom a service talks to: `SERVICE:PORT[/udp]`, `internet:PORT[/udp]`, `host:PORT[/udp]`, or `dns` for names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FlowTarget {
    /// The far end.
    pub peer: Peer,
    /// Its port, as it is inside the container.
    pub port: u16,
    /// TCP or UDP.
    pub protocol: Protocol,
}

impl FromStr for FlowTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "dns" {
            return Ok(Self { peer: Peer::Dns, port: DNS_PORT, protocol: Protocol::Udp });
        }
        let read = || {
            let (peer, port) = text.rsplit_once(':')?;
            let (port, protocol) = port_and_protocol(port)?;
            let peer = match peer {
                "internet" => Peer::Internet,
                "host" => Peer::Host,
                name => Peer::Service(name.parse().ok()?),
            };
            Some(Self { peer, port, protocol })
        };
        read().ok_or_else(|| {
            "a flow is SERVICE:PORT, internet:PORT, host:PORT or dns, such as database:5432".into()
        })
    }
}

impl std::fmt::Display for FlowTarget {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.peer {
            Peer::Dns => return formatter.write_str("dns"),
            Peer::Internet => formatter.write_str("internet")?,
            Peer::Host => formatter.write_str("host")?,
            Peer::Service(name) => formatter.write_str(name.as_str())?,
        }
        write!(formatter, ":{}", self.port)?;
        if self.protocol == Protocol::Udp { formatter.write_str("/udp") } else { Ok(()) }
    }
}

parsed_value!(FlowTarget, pattern r"^(dns|[a-z][a-z0-9_-]*:[0-9]{1,5}(/(tcp|udp))?)$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_read_and_write() {
        for text in ["127.0.0.1:8080:80", "0.0.0.0:53:53/udp"] {
            assert_eq!(text.parse::<PublishedPort>().map(|port| port.to_string()), Ok(text.to_string()));
        }
        for text in ["8080:80", "127.0.0.1:0:80", "127.0.0.1:080:80", "::1:80:80", "127.0.0.1:1:70000"] {
            assert!(text.parse::<PublishedPort>().is_err(), "{text}");
        }
    }

    #[test]
    fn flows_read_and_write() {
        for text in ["app-db:3306", "internet:25", "internet:53/udp", "host:587", "dns"] {
            assert_eq!(text.parse::<FlowTarget>().map(|flow| flow.to_string()), Ok(text.to_string()));
        }
        assert!("app-db".parse::<FlowTarget>().is_err());
    }
}

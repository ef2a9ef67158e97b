//! Who could do what, once somebody is taken over: the host as a graph whose edges are flows, shared files and whatever
//! else leads from one part to another. Computed from the host alone, so that the build can refuse what it finds.
//! Deliberately absent: what an application does with its own data, and flaws of the kernel.

mod blast;
mod edges;

pub use blast::{Blast, Reached, blast_radius, reach, with_host_ids};
pub use edges::edges;

use crate::value::{Name, Protocol};

/// A part of the host, or what lies around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node<'a> {
    /// Everybody.
    Internet,
    /// The cloud's metadata service, which keeps the user-data for ever.
    Metadata,
    /// A port of the host's own.
    Host,
    /// Root on the host: everything.
    Root,
    /// The host's NGINX.
    Web,
    /// A container.
    Service(&'a Name),
}

impl Node<'_> {
    /// Whether it leads on: what lies outside is an end, and from root there is nothing more to reach.
    pub fn leads_on(self) -> bool {
        matches!(self, Self::Web | Self::Service(_))
    }
}

impl std::fmt::Display for Node<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Internet => "internet",
            Self::Metadata => "metadata",
            Self::Host => "host",
            Self::Root => "root",
            Self::Web => "nginx",
            Self::Service(name) => name.as_str(),
        })
    }
}

/// How one part gets at another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means<'a> {
    /// It may connect to this port.
    Connection(Protocol, u16),
    /// It may ask for names, and so talk to whoever answers for a domain.
    Names,
    /// It writes what the other reads.
    Files(&'a str),
    /// It has a right that nothing holds back.
    Right(&'static str),
}

impl std::fmt::Display for Means<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connection(protocol, port) => write!(formatter, "{port}/{protocol}"),
            Self::Names => formatter.write_str("dns"),
            Self::Files(path) => formatter.write_str(path),
            Self::Right(what) => formatter.write_str(what),
        }
    }
}

/// A way from one part to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge<'a> {
    /// Who is taken over.
    pub from: Node<'a>,
    /// Who is reached.
    pub to: Node<'a>,
    /// How.
    pub means: Means<'a>,
}

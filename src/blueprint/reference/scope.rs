//! What the first name of a reference means: a section of the blueprint, or, inside a service or a
//! site, something of that service or site.

use crate::blueprint::node::{Node, State};

/// What a text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Nothing: the root of the blueprint.
    Root,
    /// The section `services`, but none of them.
    Services,
    /// The section `sites`, but none of them.
    Sites,
    /// One service.
    Service(&'a str),
    /// One site.
    Site(&'a str),
    /// Any other section.
    Elsewhere,
}

/// Where a reference begins.
#[derive(Debug, PartialEq, Eq)]
pub enum Start<'r> {
    /// These steps from the root lead to its value.
    At(Vec<&'r str>),
    /// It stands for the name of the entry to which these steps lead.
    NameOf([&'r str; 2]),
    /// It is about the zone that a service names.
    Zone { service: &'r str, rest: &'r [&'r str] },
}

/// What steps lead to.
pub enum Found<'a> {
    /// A value.
    Value(&'a Node),
    /// Nothing, because of a mistake that has been told.
    Unavailable,
    /// Nothing: the holder has no key that is the step at this depth.
    Missing { holder: &'a Node, depth: usize },
}

impl<'a> Scope<'a> {
    /// The scope of the value of a key, or with an empty key of the elements of a list.
    pub fn inside(self, key: &'a str) -> Self {
        match (self, key) {
            (Self::Root, "services") => Self::Services,
            (Self::Root, "sites") => Self::Sites,
            (Self::Root, _) => Self::Elsewhere,
            (Self::Services, name) => Self::Service(name),
            (Self::Sites, name) => Self::Site(name),
            (below, _) => below,
        }
    }

    /// The steps to the service or site itself.
    pub fn holder(self) -> Option<[&'a str; 2]> {
        match self {
            Self::Service(name) => Some(["services", name]),
            Self::Site(name) => Some(["sites", name]),
            _ => None,
        }
    }

    /// Where a reference with these steps begins.
    pub fn start<'r>(self, steps: &'r [&'r str]) -> Start<'r>
    where
        'a: 'r,
    {
        match (self, steps) {
            (Self::Service(name), ["service", "name"]) => Start::NameOf(["services", name]),
            (Self::Service(name), ["service", rest @ ..]) => at(&["services", name], rest),
            (Self::Service(name), ["with", rest @ ..]) => at(&["services", name, "with"], rest),
            (Self::Service(service), ["zone", rest @ ..]) => Start::Zone { service, rest },
            (Self::Site(name), ["site", "key"]) => Start::NameOf(["sites", name]),
            (Self::Site(name), ["site", rest @ ..]) => at(&["sites", name], rest),
            (_, steps) => at(&[], steps),
        }
    }
}

fn at<'r>(first: &[&'r str], rest: &[&'r str]) -> Start<'r> {
    Start::At([first, rest].concat())
}

/// Follows steps from the root.
pub fn follow<'a>(root: &'a Node, steps: &[&str]) -> Found<'a> {
    let mut node = root;
    for (depth, step) in steps.iter().enumerate() {
        match node.get(step) {
            Some(below) if below.is_dropped() => return Found::Unavailable,
            Some(below) => node = below,
            None if node.state == State::Incomplete => return Found::Unavailable,
            None => return Found::Missing { holder: node, depth },
        }
    }
    Found::Value(node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_sites_have_names_of_their_own() {
        let service = Scope::Root.inside("services").inside("web").inside("ports").inside("");
        assert_eq!(service, Scope::Service("web"));
        assert_eq!(service.start(&["service", "name"]), Start::NameOf(["services", "web"]));
        assert_eq!(service.start(&["with", "data"]), Start::At(vec!["services", "web", "with", "data"]));
        assert_eq!(service.start(&["site", "key"]), Start::At(vec!["site", "key"]));
        let site = Scope::Root.inside("sites").inside("www");
        assert_eq!(site.start(&["site", "key"]), Start::NameOf(["sites", "www"]));
        assert_eq!(site.start(&["with", "data"]), Start::At(vec!["with", "data"]));
    }
}

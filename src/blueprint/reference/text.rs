//! The texts of a tree that have references: found first, and given their values once all are known.

use super::scope::Scope;
use super::template::has_references;
use crate::blueprint::node::{Kind, Node, State};
use crate::report::Span;

/// Gives every text with references its outcome. Goes through the tree in the order of `collect`.
pub fn fill_in(node: &mut Node, outcomes: &mut impl Iterator<Item = Option<Filled>>) {
    match &mut node.kind {
        Kind::String(text) if has_references(text) => match outcomes.next().flatten() {
            Some(Filled { kind, referenced }) => {
                node.kind = kind;
                node.history_mut().referenced = referenced;
            }
            None => node.state = State::Dropped,
        },
        Kind::Mapping(mapping) => mapping.values_mut().for_each(|entry| fill_in(&mut entry.value, outcomes)),
        Kind::Sequence(elements) => elements.iter_mut().for_each(|element| fill_in(element, outcomes)),
        _ => {}
    }
}

/// A text with references.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// The value.
    pub node: &'a Node,
    /// What it says.
    pub text: &'a str,
    /// What it belongs to.
    pub scope: Scope<'a>,
}

/// Finds every text with references.
pub fn collect<'a>(node: &'a Node, scope: Scope<'a>, texts: &mut Vec<Text<'a>>) {
    match &node.kind {
        Kind::String(text) if has_references(text) => texts.push(Text { node, text, scope }),
        Kind::Mapping(mapping) => {
            mapping.iter().for_each(|(key, entry)| collect(&entry.value, scope.inside(key), texts));
        }
        Kind::Sequence(elements) => {
            elements.iter().for_each(|element| collect(element, scope.inside(""), texts));
        }
        _ => {}
    }
}

/// A value without references.
#[derive(Clone)]
pub struct Filled {
    /// What the value is.
    pub kind: Kind,
    /// The places of the values that were filled in.
    pub referenced: Vec<Span>,
}

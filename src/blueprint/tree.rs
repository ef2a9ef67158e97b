//! The merged values of all files, asked by path: where a value stands, what it overrode and whether
//! a mistake in it was already reported.

use super::node::{Entry, Kind, Node, State};
use super::path::{Path, Step};
use crate::report::{FileId, Span};

/// The merged tree. Later stages speak of values by [`Path`] and ask here for their places.
#[derive(Debug, Clone)]
pub struct Tree {
    root: Node,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The place of the value itself.
    pub span: Span,
    /// The places of the values it replaced, the latest first.
    pub overridden: Vec<Span>,
    /// The places of the values that references in it stand for.
    pub referenced: Vec<Span>,
}

impl Tree {
    /// The tree below a root.
    pub fn new(root: Node) -> Self {
        Self { root }
    }

    /// The tree of a blueprint that could not be read at all.
    pub fn unusable(file: FileId) -> Self {
        let mut root = Node::empty(file);
        root.state = State::Dropped;
        Self { root }
    }

    /// The root of the tree.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The value at a path.
    pub fn node(&self, path: &Path) -> Option<&Node> {
        path.steps().iter().try_fold(&self.root, |node, step| child(node, step))
    }

    /// The place of a value.
    pub fn span(&self, path: &Path) -> Option<Span> {
        self.node(path).map(|node| node.span)
    }

    /// The place of the key that leads to a value; none for the root and for elements of a list.
    pub fn key_span(&self, path: &Path) -> Option<Span> {
        let (Some(Step::Key(key)), Some(parent)) = (path.last(), path.parent()) else {
            return None;
        };
        entry(self.node(&parent)?, key).map(|entry| entry.key_span)
    }

    /// What to underline when something is wrong at a path: a scalar itself, the key of a list or a
    /// mapping, and for a path that does not exist the same of its nearest ancestor.
    pub fn place(&self, path: &Path) -> Span {
        match (self.node(path), path.parent()) {
            (Some(node), _) if is_scalar(node) => node.span,
            (Some(node), _) => self.key_span(path).unwrap_or(node.span),
            (None, Some(parent)) => self.place(&parent),
            (None, None) => self.root.span,
        }
    }

    /// Where a value came from and what it overrode.
    pub fn origin(&self, path: &Path) -> Option<Origin> {
        let node = self.node(path)?;
        let (overridden, referenced) = (node.overridden().to_vec(), node.referenced().to_vec());
        Some(Origin { span: node.span, overridden, referenced })
    }

    /// Whether the value at a path is absent because of a mistake that was already reported, so that
    /// nothing needs to be said about its absence.
    pub fn dropped(&self, path: &Path) -> bool {
        let mut node = &self.root;
        for step in path.steps() {
            if node.is_dropped() {
                return true;
            }
            match child(node, step) {
                Some(below) => node = below,
                None => return node.state == State::Incomplete,
            }
        }
        node.is_dropped()
    }

    /// The way to a value of this tree, which is known by its address. Looks at every value, so it is
    /// for diagnostics only.
    pub(super) fn path_to(&self, node: &Node) -> Path {
        let mut path = Path::root();
        find(&self.root, node, &mut path);
        path
    }

    /// The root, to fill in references.
    pub(super) fn root_mut(&mut self) -> &mut Node {
        &mut self.root
    }

    /// Remembers that a mistake in the value at a path, or in its key, was reported.
    pub(super) fn mark(&mut self, path: &Path, state: State) {
        if let Some(node) = path.steps().iter().try_fold(&mut self.root, child_mut) {
            node.state = state;
        }
    }
}

fn find(below: &Node, node: &Node, path: &mut Path) -> bool {
    std::ptr::eq(below, node)
        || below.children().any(|(step, child)| {
            path.push(step);
            let found = find(child, node, path);
            if !found {
                path.pop();
            }
            found
        })
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.kind, Kind::Sequence(_) | Kind::Mapping(_))
}

fn entry<'a>(node: &'a Node, key: &str) -> Option<&'a Entry> {
    node.as_mapping()?.get(key)
}

fn child<'a>(node: &'a Node, step: &Step) -> Option<&'a Node> {
    match (&node.kind, step) {
        (Kind::Mapping(mapping), Step::Key(key)) => mapping.get(key).map(|entry| &entry.value),
        (Kind::Sequence(elements), Step::Index(index)) => elements.get(*index),
        _ => None,
    }
}

fn child_mut<'a>(node: &'a mut Node, step: &Step) -> Option<&'a mut Node> {
    match (&mut node.kind, step) {
        (Kind::Mapping(mapping), Step::Key(key)) => mapping.get_mut(key).map(|entry| &mut entry.value),
        (Kind::Sequence(elements), Step::Index(index)) => elements.get_mut(*index),
        _ => None,
    }
}

//! The whole reading stage in one function: texts in, one typed value out, and every mistake of all
//! files in the report.
//!
//! Deliberately absent: the disk. Texts are in [`Sources`] already, fragments come from a [`Library`].

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::deserialize::deserialize;
use super::fragment::Fragments;
pub use super::fragment::{Library, OpenError};
use super::merge::{Layer, merge};
use super::node::Node;
use super::parse::parse;
use super::reference::substitute;
use super::shape::Shape;
use super::tree::Tree;
use crate::report::{FileId, Report, Sources};

/// What was read.
#[derive(Debug)]
pub struct Reading<T> {
    /// The typed value, without what could not be used; none if nothing of it can be used.
    pub value: Option<T>,
    /// The values it was made from, for their places.
    pub tree: Tree,
}

/// Reads a blueprint and the overlays over it, later ones over earlier ones.
pub fn read<T: DeserializeOwned + JsonSchema>(
    base: FileId,
    overlays: &[FileId],
    sources: &mut Sources,
    library: &dyn Library,
    report: &mut Report,
) -> Reading<T> {
    let files = std::iter::once(&base).chain(overlays);
    let parsed: Vec<Option<Node>> = files.map(|&file| parse(sources.text(file), file, report)).collect();
    // Without one of the files, what the others lack is not a mistake; nothing more can be said.
    let Some(mut layers) = parsed.into_iter().collect::<Option<Vec<Node>>>() else {
        return Reading { value: None, tree: Tree::unusable(base) };
    };
    let fragments = Fragments::new(library, sources, report).lay_under(&mut layers);
    let mut tree = Tree::new(merge_all(layers, base, report));
    let shape = Shape::lazy::<T>();
    substitute(&mut tree, &fragments, &shape, sources, report);
    Reading { value: deserialize(&mut tree, &shape, report), tree }
}

fn merge_all(layers: Vec<Node>, base: FileId, report: &mut Report) -> Node {
    let merged = layers.into_iter().reduce(|mut below, over| {
        merge(&mut below, over, Layer::Overlay, report);
        below
    });
    merged.unwrap_or_else(|| Node::empty(base))
}

#[cfg(test)]
mod tests;

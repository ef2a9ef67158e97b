//! What one reading of the tree remembers, and the way to the value that it is at.

use std::cell::{Cell, RefCell};

use crate::blueprint::path::{Path, Step};

/// What one reading remembers.
pub struct Pass {
    resume: Option<Path>,
    skipping: Cell<bool>,
    /// The list or map in which entries were skipped.
    pub skipped_in: RefCell<Option<Path>>,
    /// Whether an entry was read under the key of another.
    pub stood_in: Cell<bool>,
    /// The keys that no field has.
    pub unknown: RefCell<Vec<UnknownKey>>,
}

/// A key that its struct does not have.
pub struct UnknownKey {
    pub path: Path,
    pub known: &'static [&'static str],
}

impl Pass {
    /// A reading that may skip what was read without a mistake before `resume`.
    pub fn new(resume: Option<Path>) -> Self {
        let skipping = Cell::new(resume.is_some());
        let (skipped_in, unknown) = (RefCell::default(), RefCell::default());
        Self { resume, skipping, skipped_in, stood_in: Cell::new(false), unknown }
    }

    /// The step into the list or map at `trail` before which everything may be skipped. Only the
    /// outermost one on the way skips, so that an error below it can be trusted.
    pub fn skip_before(&self, trail: &Trail<'_>) -> Option<&Step> {
        if !self.skipping.get() {
            return None;
        }
        let path = trail.path();
        let next = self.resume.as_ref()?.steps().strip_prefix(path.steps())?.first()?;
        self.skipping.set(false);
        *self.skipped_in.borrow_mut() = Some(path);
        Some(next)
    }
}

/// The way from the root to a value, kept on the stack: most values are read without an error, and
/// then nobody asks for it.
#[derive(Debug, Clone, Copy)]
pub struct Trail<'a> {
    above: Option<&'a Trail<'a>>,
    step: TrailStep<'a>,
}

#[derive(Debug, Clone, Copy)]
enum TrailStep<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Trail<'a> {
    /// Where every reading begins.
    pub const ROOT: Self = Self { above: None, step: TrailStep::Root };

    /// The way to the value of a key.
    pub fn key(&'a self, key: &'a str) -> Self {
        Self { above: Some(self), step: TrailStep::Key(key) }
    }

    /// The way to an element of a list.
    pub fn index(&'a self, index: usize) -> Self {
        Self { above: Some(self), step: TrailStep::Index(index) }
    }

    /// The same way, to keep.
    pub fn path(&self) -> Path {
        let mut path = self.above.map(Trail::path).unwrap_or_default();
        match self.step {
            TrailStep::Root => {}
            TrailStep::Key(key) => path.push(key),
            TrailStep::Index(index) => path.push(index),
        }
        path
    }
}

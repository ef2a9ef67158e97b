//! Nodes to typed values, through serde, telling every mistake and not only the first.
//!
//! serde stops at the first error. So the value with the error is dropped (what holds it skips it from
//! then on) and the tree is read again, until it is read to the end. The value that remains is given
//! back even when there were mistakes, so that later checks can go on with it.
//!
//! Deliberately absent: support for `flatten`, untagged and internally tagged types. They buffer their
//! input, and with it every place is lost.

mod access;
mod cursor;
mod diagnose;
mod error;
mod pass;
mod variant;
mod wording;

use std::collections::HashSet;

use serde::de::DeserializeOwned;

use self::cursor::Cursor;
use self::diagnose::Known;
use self::error::Error;
use self::pass::{Pass, UnknownKey};
use super::node::State;
use super::path::{Path, Step};
use super::shape::LazyShape;
use super::tree::Tree;
use crate::report::{Code, Diagnostic, Report, suggest};

/// After this many values that cannot be used, the rest is left to the next run.
const MAX_MISTAKES: usize = 1_000;
/// A mistake takes a reading, and a few more for what follows from it; this only ends what never should
/// go on for so long.
const MAX_PASSES: usize = 10 * MAX_MISTAKES;

/// The typed value of a whole tree; none if nothing of it can be used.
pub fn deserialize<T>(tree: &mut Tree, shape: &LazyShape, report: &mut Report) -> Option<T>
where
    T: DeserializeOwned,
{
    let mut mistakes =
        Mistakes { tree, shape, report, misspelled: HashSet::new(), misnamed: Vec::new(), told: 0 };
    // Where the last pass ended: entries of the outermost map before it were read without a mistake,
    // and are skipped until the last pass, so that a thousand mistakes don't cost a thousand readings.
    let mut resume: Option<Path> = None;
    for _ in 0..MAX_PASSES {
        if mistakes.tree.root().is_dropped() {
            return None;
        }
        if mistakes.told > MAX_MISTAKES {
            break;
        }
        let pass = Pass::new(resume.take());
        let result = T::deserialize(Cursor::root(mistakes.tree.root(), &pass));
        mistakes.unknown_keys(pass.unknown.into_inner());
        match (result, pass.skipped_in.into_inner()) {
            (Ok(_), None) if pass.stood_in.get() => mistakes.drop_misnamed(),
            (Ok(value), None) => {
                mistakes.drop_misnamed();
                return Some(value);
            }
            // The last mistake was found; read everything once more.
            (Ok(_), Some(_)) => {}
            // What holds the skipped entries may only complain because they were skipped.
            (Err(error), Some(skipped_in)) if error.is_at_or_above(&skipped_in) => {}
            (Err(error), _) => resume = Some(mistakes.error(&error)),
        }
    }
    mistakes.give_up();
    None
}

/// The mistakes found so far, and what they make of the tree.
struct Mistakes<'a> {
    tree: &'a mut Tree,
    shape: &'a LazyShape,
    report: &'a mut Report,
    /// Keys that are missing because another was probably meant to be them.
    misspelled: HashSet<Path>,
    /// Entries whose keys are wrong. Their values are read until no mistake is left.
    misnamed: Vec<Path>,
    /// How many mistakes were told that serde found.
    told: usize,
}

impl Mistakes<'_> {
    /// Reports an error unless it only follows from an earlier one; gives back where it was.
    fn error(&mut self, error: &Error) -> Path {
        let path = error.path();
        let misnamed = self.tree.node(&path).is_some_and(|node| node.state == State::Misnamed);
        // Of a key that is wrong already, only the stand-in can be wrong.
        if !(error.is_on_key() && misnamed) {
            let known = Known { tree: self.tree, shape: self.shape, misspelled: &self.misspelled };
            let diagnostics = known.diagnose(error);
            self.told += diagnostics.len();
            self.report.extend(diagnostics);
        }
        if error.is_on_key() && !misnamed {
            self.tree.mark(&path, State::Misnamed);
            self.misnamed.push(path.clone());
        } else {
            self.tree.mark(&path, State::Dropped);
        }
        path
    }

    fn drop_misnamed(&mut self) {
        for path in self.misnamed.drain(..) {
            self.tree.mark(&path, State::Dropped);
        }
    }

    fn unknown_keys(&mut self, unknown: Vec<UnknownKey>) {
        for UnknownKey { path, known } in unknown {
            self.report.push(diagnose::unknown_key(&path, known, self.tree));
            if let (Some(Step::Key(key)), Some(parent)) = (path.last(), path.parent()) {
                let meant = suggest(key, known.iter().copied());
                self.misspelled.extend(meant.map(|meant| parent.join(meant)));
            }
            self.tree.mark(&path, State::Dropped);
        }
    }

    fn give_up(&mut self) {
        let message = format!("more than {MAX_MISTAKES} values cannot be used");
        let place = self.tree.place(&Path::root());
        self.report.push(Diagnostic::new(Code::TooManyMistakes, message).at(place, "the rest was not read"));
    }
}

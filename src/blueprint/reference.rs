//! `${host.domain}`: references are filled in on the merged tree, so that an overlay changes a value
//! once and everything that refers to it follows.
//!
//! A reference may name its way by another one (`${sites.${with.site}.name}`) and bring a default (`${with.size:-1G}`).
//! Deliberately absent: expressions and functions. Keys are never filled in.

mod refusal;
mod scope;
mod template;
mod text;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use self::refusal::{Refusals, Use};
use self::scope::{Found, Scope, Start, follow};
use self::template::{Piece, has_references, is_path, pieces, split_default};
use self::text::{Filled, Text, collect, fill_in};
use super::node::{Kind, Node};
use super::shape::LazyShape;
use super::tree::Tree;
use crate::report::{FileId, Report, Sources, Span};

/// How many values may refer to each other in a row.
const MAX_CHAIN: usize = 100;
/// How many references may stand inside each other in one text.
const MAX_NESTED: usize = 4;
/// How many bytes all filled-in texts may have together: references of references multiply.
const MAX_FILLED_BYTES: usize = 16 * 1024 * 1024;

/// Fills in every reference of the tree. Values whose references are wrong are dropped. `fragments`
/// are the files that came in through `use:`.
pub fn substitute(
    tree: &mut Tree,
    fragments: &HashSet<FileId>,
    shape: &LazyShape,
    sources: &Sources,
    report: &mut Report,
) {
    let refusals = Refusals { tree, fragments, sources, report };
    let mut outcomes = Resolver::new(refusals, shape).resolve_all().into_iter();
    fill_in(tree.root_mut(), &mut outcomes);
}

struct Resolver<'a> {
    refusals: Refusals<'a>,
    texts: Vec<Text<'a>>,
    /// The texts by the address of their node: the tree stays as it is until all are resolved.
    index: HashMap<*const Node, usize>,
    /// What became of each text; none inside if it cannot be filled in.
    outcomes: Vec<Option<Option<Filled>>>,
    /// The texts that wait for the one that is being filled in, and the reference they wait at.
    chain: Vec<(usize, Span)>,
    filled_bytes: usize,
    /// How many references the one that is looked up stands in.
    nested: usize,
    shape: &'a LazyShape,
}

impl<'a> Resolver<'a> {
    fn new(refusals: Refusals<'a>, shape: &'a LazyShape) -> Self {
        let mut texts = Vec::new();
        collect(refusals.tree.root(), Scope::Root, &mut texts);
        let addresses = texts.iter().map(|text| std::ptr::from_ref(text.node));
        let index = addresses.enumerate().map(|(position, address)| (address, position)).collect();
        let outcomes = vec![None; texts.len()];
        Self { refusals, texts, index, outcomes, chain: Vec::new(), filled_bytes: 0, nested: 0, shape }
    }

    fn resolve_all(mut self) -> Vec<Option<Filled>> {
        (0..self.texts.len()).for_each(|position| self.resolve(position));
        self.outcomes.into_iter().map(Option::flatten).collect()
    }

    fn resolve(&mut self, position: usize) {
        if self.outcomes[position].is_none() {
            let nested = std::mem::take(&mut self.nested);
            let filled = self.fill(position);
            self.nested = nested;
            self.outcomes[position] = Some(filled);
        }
    }

    fn fill(&mut self, position: usize) -> Option<Filled> {
        let text = self.texts[position];
        let pieces = pieces(text.text);
        if let [Piece::Reference(name, range)] = pieces.as_slice() {
            let (kind, place) = self.reference(position, &text, name, range)?;
            return Some(Filled { kind, referenced: vec![place] });
        }
        let (filled, referenced) = self.join(position, &text, &pieces, &(0..text.text.len()))?;
        self.filled_bytes += filled.len();
        self.within_budget(text.node).then_some(Filled { kind: Kind::String(filled), referenced })
    }

    /// The pieces of a text, or of a part of it that stands at `range`, as one text.
    fn join(
        &mut self,
        position: usize,
        text: &Text<'a>,
        pieces: &[Piece<'_>],
        range: &Range<usize>,
    ) -> Option<(String, Vec<Span>)> {
        let (mut filled, mut referenced, mut complete) = (String::new(), Vec::new(), true);
        for piece in pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Reference(name, place) => {
                    let place = range.start + place.start..range.start + place.end;
                    match self.reference(position, text, name, &place) {
                        Some((kind, place)) => {
                            filled.push_str(kind.spelling());
                            referenced.push(place);
                        }
                        None => complete = false,
                    }
                }
                Piece::Malformed(place) => {
                    let place = range.start + place.start..range.start + place.end;
                    self.refusals.malformed(&Use { text, name: "", range: place, optional: false });
                    complete = false;
                }
            }
        }
        complete.then_some((filled, referenced))
    }

    fn within_budget(&mut self, node: &Node) -> bool {
        let within = self.filled_bytes <= MAX_FILLED_BYTES;
        if !within {
            self.refusals.over_budget(node, MAX_FILLED_BYTES);
        }
        within
    }

    /// What one reference of the text at `position` stands for, and where that is written.
    fn reference(
        &mut self,
        position: usize,
        text: &Text<'a>,
        inner: &str,
        range: &Range<usize>,
    ) -> Option<(Kind, Span)> {
        let (path, default) = split_default(inner);
        let (inside, optional) = (range.start + 2, default.is_some());
        let name = self.inner(position, text, path, &(inside..inside + path.len()))?;
        let used = Use { text, name: &name, range: range.clone(), optional };
        if !is_path(&name) {
            self.refusals.malformed(&used);
            return None;
        }
        let found = self.look_up(position, &used);
        let (Some(default), None) = (default, &found) else { return found };
        let end = range.end - 1;
        let default = self.inner(position, text, default, &(end - default.len()..end))?;
        Some((Kind::String(default.into_owned()), self.refusals.place(&used)))
    }

    /// A part of a reference, which may hold references itself.
    fn inner<'p>(
        &mut self,
        position: usize,
        text: &Text<'a>,
        part: &'p str,
        range: &Range<usize>,
    ) -> Option<Cow<'p, str>> {
        if !has_references(part) {
            return Some(Cow::Borrowed(part));
        }
        if self.nested == MAX_NESTED {
            self.refusals.too_nested(text.node, MAX_NESTED);
            return None;
        }
        self.nested += 1;
        let joined = self.join(position, text, &pieces(part), range);
        self.nested -= 1;
        joined.map(|(text, _)| Cow::Owned(text))
    }

    fn look_up(&mut self, position: usize, used: &Use<'_>) -> Option<(Kind, Span)> {
        let own: Vec<&str> = used.name.split('.').collect();
        match used.text.scope.start(&own) {
            Start::At(steps) => self.value_at(position, used, &steps),
            Start::NameOf(entry) => {
                let name = entry.last().map(|name| Kind::String((*name).to_owned()))?;
                Some((name, self.refusals.tree.key_span(&entry.iter().copied().collect())?))
            }
            Start::Zone { service, rest } => {
                // A service without a zone is a mistake that is told where services are checked; what isn't a service
                // at all doesn't come there.
                let holder = self.refusals.tree.root().get("services")?.get(service)?;
                if matches!(holder.kind, Kind::Mapping(_)) {
                    holder.get("zone")?;
                }
                let zone = self.value_at(position, used, &["services", service, "zone"])?;
                if rest == ["name"] {
                    return Some(zone);
                }
                let steps: Vec<&str> = ["zones", zone.0.spelling()].iter().chain(rest).copied().collect();
                self.value_at(position, used, &steps)
            }
        }
    }

    /// The scalar that steps from the root lead to.
    fn value_at(&mut self, position: usize, used: &Use<'_>, steps: &[&str]) -> Option<(Kind, Span)> {
        match follow(self.refusals.tree.root(), steps) {
            Found::Value(found) => self.scalar(position, used, steps, found),
            Found::Unavailable => None,
            Found::Missing { depth, .. } if used.optional && self.can_be_absent(steps, depth) => None,
            Found::Missing { holder, depth } => {
                self.refusals.missing(used, &steps[..=depth], holder);
                None
            }
        }
    }

    /// A default stands for what a blueprint may leave out, not for what no blueprint can have.
    fn can_be_absent(&self, steps: &[&str], depth: usize) -> bool {
        depth > 0 || steps.first().is_some_and(|section| self.shape.has_section(section))
    }

    fn scalar(&mut self, from: usize, used: &Use<'_>, steps: &[&str], found: &Node) -> Option<(Kind, Span)> {
        match &found.kind {
            Kind::Null if used.optional => None,
            Kind::Null | Kind::Sequence(_) | Kind::Mapping(_) => {
                self.refusals.no_scalar(used, steps, found);
                None
            }
            kind => match self.index.get(&std::ptr::from_ref(found)) {
                Some(&target) => self.through(from, used, target).map(|kind| (kind, found.span)),
                None => Some((kind.clone(), found.span)),
            },
        }
    }

    /// A value that has references itself.
    fn through(&mut self, from: usize, used: &Use<'_>, target: usize) -> Option<Kind> {
        self.chain.push((from, self.refusals.place(used)));
        if let Some(first) = self.chain.iter().position(|&(waiting, _)| waiting == target) {
            let circle: Vec<_> =
                self.chain[first..].iter().map(|&(waiting, span)| (self.texts[waiting].node, span)).collect();
            self.refusals.cycle(&circle);
        } else if self.chain.len() > MAX_CHAIN {
            self.refusals.too_long(used, MAX_CHAIN);
        } else {
            self.resolve(target);
        }
        self.chain.pop();
        self.outcomes[target].as_ref()?.as_ref().map(|filled| filled.kind.clone())
    }
}

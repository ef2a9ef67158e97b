//! `use: postgres` in a service: the fragment's keys lie under the service's own.
//!
//! Deliberately absent: parameters. A fragment is plain text of the same language, and what differs
//! between its users is a reference (`${with.data}`) that is filled in after merging.

use std::collections::{BTreeMap, HashSet};

use super::merge::{Layer, merge};
use super::node::{Kind, Node, State};
use super::parse::parse;
use crate::report::{Code, Diagnostic, FileId, Report, Sources, Span, suggest};

/// Where fragments come from.
pub trait Library {
    /// The name to show and the text of a fragment of the catalogue (`postgres`) or of a file beside
    /// the blueprint (`./my-app.yaml`).
    fn open(&self, name: &str) -> Result<(String, String), OpenError>;

    /// Every name that can be opened, for "did you mean": fragments, templates (`name.j2`) and files
    /// beside the blueprint (`./name`).
    fn names(&self) -> Vec<String>;
}

/// Why a fragment cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// Nothing has this name.
    Unknown,
    /// Something has this name, but it cannot be used; the sentence says why.
    Unusable(String),
}

/// The fragments of one run, each read once.
pub struct Fragments<'a> {
    library: &'a dyn Library,
    sources: &'a mut Sources,
    report: &'a mut Report,
    /// What each name led to; none if it has been reported.
    read: BTreeMap<String, Option<Node>>,
    files: HashSet<FileId>,
}

/// What a service is made of, over all files.
#[derive(Default)]
struct Composition {
    /// The file that has it first, as an index into the layers.
    first: Option<usize>,
    /// The fragment it uses in the end, and where that is said.
    used: Option<(String, Span)>,
    /// Whether `use` is something else than a name, so that nothing can be laid under.
    unreadable: bool,
}

impl<'a> Fragments<'a> {
    /// No fragment has been read yet.
    pub fn new(library: &'a dyn Library, sources: &'a mut Sources, report: &'a mut Report) -> Self {
        Self { library, sources, report, read: BTreeMap::new(), files: HashSet::new() }
    }

    /// Lays fragments under the services of all layers (the blueprint and its overlays, unmerged: an
    /// overlay may choose another fragment or remove what the fragment brought). Gives back the files
    /// of the fragments.
    pub fn lay_under(mut self, layers: &mut [Node]) -> HashSet<FileId> {
        for (name, composition) in compositions(layers) {
            let Some(service) = composition.first.and_then(|layer| service_mut(&mut layers[layer], &name))
            else {
                continue;
            };
            if composition.unreadable {
                service.state = State::Incomplete;
            }
            if let Some((fragment, place)) = composition.used {
                self.lay_under_service(service, &fragment, place);
            }
        }
        self.files
    }

    fn lay_under_service(&mut self, service: &mut Node, fragment: &str, place: Span) {
        match self.body(fragment, place, &mut Vec::new()) {
            Some(mut body) => {
                let over = std::mem::replace(service, Node::new(service.span, Kind::Null, service.style));
                body.state = over.state;
                merge(&mut body, over, Layer::Service, self.report);
                *service = body;
            }
            None => service.state = State::Incomplete,
        }
    }

    /// The mapping of a fragment, with the fragments that it uses itself under it.
    fn body(&mut self, name: &str, place: Span, users: &mut Vec<(String, Span)>) -> Option<Node> {
        if let Some(body) = self.read.get(name) {
            return body.clone();
        }
        users.push((name.to_owned(), place));
        let body = self.parse(name, place).and_then(|body| self.over_its_own(body, users));
        users.pop();
        self.read.insert(name.to_owned(), body.clone());
        body
    }

    fn parse(&mut self, name: &str, place: Span) -> Option<Node> {
        match self.library.open(name) {
            Ok((shown, text)) => {
                let file = self.sources.add(shown, text);
                self.files.insert(file);
                parse(self.sources.text(file), file, self.report)
            }
            Err(error) => {
                let refusal = refusal(name, place, &error, &self.library.names());
                self.report.push(refusal);
                None
            }
        }
    }

    fn over_its_own(&mut self, mut body: Node, users: &mut Vec<(String, Span)>) -> Option<Node> {
        let Kind::Mapping(entries) = &mut body.kind else { return Some(body) };
        let Some(used) = entries.shift_remove("use") else { return Some(body) };
        let place = used.value.span;
        let Kind::String(name) = used.value.kind else {
            let message = format!("expected a string, found {}", used.value.describe());
            self.report.push(Diagnostic::new(Code::WrongType, message).at(place, ""));
            return None;
        };
        if let Some((_, first)) = users.iter().find(|(user, _)| *user == name) {
            let message = format!("the fragment `{name}` uses itself");
            let cycle = Diagnostic::new(Code::FragmentCycle, message).at(place, "used again here");
            self.report.push(cycle.at(*first, "first used here"));
            return None;
        }
        let mut below = self.body(&name, place, users)?;
        merge(&mut below, body, Layer::Service, self.report);
        Some(below)
    }
}

fn refusal(name: &str, place: Span, error: &OpenError, known: &[String]) -> Diagnostic {
    if let OpenError::Unusable(why) = error {
        let message = format!("the fragment `{name}` cannot be used: {why}");
        return Diagnostic::new(Code::UnknownFragment, message).at(place, "");
    }
    let beside = name.starts_with("./");
    let message = if beside {
        format!("there is no file `{name}` beside the blueprint")
    } else {
        format!("there is no fragment `{name}` in the catalogue")
    };
    let mistake = Diagnostic::new(Code::UnknownFragment, message).at(place, "");
    match suggest(name, known.iter().map(String::as_str)) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")).replace(place, near),
        None if beside => mistake,
        None => mistake.help(format!("the catalogue has {}", fragments(known).join(", "))),
    }
}

/// The names without those of files and templates, which are for "did you mean" only.
fn fragments(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).filter(|name| !name.contains('.')).collect()
}

/// What every service is made of. A service that a file removes begins anew in a later one.
fn compositions(layers: &[Node]) -> Vec<(String, Composition)> {
    let mut found: indexmap::IndexMap<String, Composition> = indexmap::IndexMap::new();
    for (layer, root) in layers.iter().enumerate() {
        let services = root.get("services").and_then(Node::as_mapping);
        for (name, entry) in services.into_iter().flatten() {
            let composition = found.entry(name.clone()).or_default();
            if entry.value.is_null() {
                *composition = Composition::default();
            } else if entry.value.as_mapping().is_some() {
                composition.first.get_or_insert(layer);
                composition.choose(entry.value.get("use"));
            }
        }
    }
    found.into_iter().collect()
}

impl Composition {
    fn choose(&mut self, used: Option<&Node>) {
        match used.map(|used| (&used.kind, used.span)) {
            None => {}
            Some((Kind::String(name), place)) => self.used = Some((name.clone(), place)),
            Some((Kind::Null, _)) => self.used = None,
            Some(_) => self.unreadable = true,
        }
    }
}

fn service_mut<'n>(root: &'n mut Node, name: &str) -> Option<&'n mut Node> {
    let Kind::Mapping(sections) = &mut root.kind else { return None };
    let Kind::Mapping(services) = &mut sections.get_mut("services")?.value.kind else { return None };
    services.get_mut(name).map(|entry| &mut entry.value)
}

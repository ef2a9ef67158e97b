//! From an error of one reading to what the user is told, or to nothing where it only follows from
//! another mistake.

use std::collections::HashSet;

use super::error::{Error, Problem};
use super::wording;
use crate::blueprint::node::{Kind, Node, State, Style};
use crate::blueprint::path::{Path, Step};
use crate::blueprint::scalar;
use crate::blueprint::shape::Shape;
use crate::blueprint::tree::Tree;
use crate::report::{Code, Diagnostic, Span, suggest};

/// What is known of the tree beside the error.
pub struct Known<'a> {
    pub tree: &'a Tree,
    pub shape: &'a Shape,
    /// Keys whose absence was told as a misspelling of another.
    pub misspelled: &'a HashSet<Path>,
}

impl Known<'_> {
    /// What to tell about an error: nothing, if it only follows from another mistake.
    pub fn diagnose(&self, error: &Error) -> Vec<Diagnostic> {
        let path = error.path();
        let Some(node) = self.tree.node(&path) else { return Vec::new() };
        let subject = Subject { tree: self.tree, path: &path, node, on_key: error.is_on_key() };
        match &error.problem {
            Problem::Missing { key, holder } => {
                let missing = self.missing_keys(key, holder, &path, node);
                missing.into_iter().map(|key| subject.missing(key)).collect()
            }
            Problem::Length { .. } | Problem::Own(_) if !subject.on_key && lacks_something(node) => {
                Vec::new()
            }
            problem => subject.diagnostic(problem).into_iter().collect(),
        }
    }

    /// Every key that is needed, absent, and not absent because of a mistake that was told.
    fn missing_keys<'k>(&'k self, first: &'k str, holder: &str, path: &Path, node: &Node) -> Vec<&'k str> {
        if node.state == State::Incomplete {
            return Vec::new();
        }
        let all = self.shape.required(holder).iter().map(String::as_str);
        let others = all.filter(|key| *key != first);
        let told = |key: &str| node.get(key).is_some() || self.misspelled.contains(&path.join(key));
        std::iter::once(first).chain(others).filter(|key| !told(key)).collect()
    }
}

/// Whether a list or mapping was read without something that was dropped from it.
fn lacks_something(node: &Node) -> bool {
    node.children().any(|(_, child)| matches!(child.state, State::Dropped | State::Misnamed))
}

/// The value that is wrong.
struct Subject<'a> {
    tree: &'a Tree,
    path: &'a Path,
    node: &'a Node,
    on_key: bool,
}

impl Subject<'_> {
    fn diagnostic(&self, problem: &Problem) -> Option<Diagnostic> {
        Some(match problem {
            Problem::Type { expected } => self.wrong_type(expected),
            Problem::Value { expected } => {
                self.mistake(Code::InvalidValue, self.contrast(&wording::range(expected)))
            }
            Problem::Length { length, expected } => {
                let message = format!("expected {}, found {length}", wording::kind(expected));
                self.mistake(Code::InvalidValue, message)
            }
            Problem::Variant { found, known } => self.unknown_word(found, known),
            Problem::Field { known, .. } if self.on_key => unknown_key(self.path, known, self.tree),
            Problem::Field { found, known } => unknown_key(&self.path.join(found), known, self.tree),
            Problem::Missing { key, .. } => self.missing(key),
            Problem::Own(message) => self.own(message),
            Problem::Dropped => return None,
        })
    }

    fn mistake(&self, code: Code, message: String) -> Diagnostic {
        let mistake = Diagnostic::new(code, message).at(self.place(), "");
        // A reference may bring a value from afar; the mistake is there as much as here.
        match self.node.referenced().first() {
            Some(&source) if !self.on_key => mistake.at(source, "the value comes from here"),
            _ => mistake,
        }
    }

    fn place(&self) -> Span {
        match (self.on_key, self.tree.key_span(self.path)) {
            (true, Some(key)) => key,
            _ => self.tree.place(self.path),
        }
    }

    fn contrast(&self, expected: &str) -> String {
        format!("expected {expected}, found {}", self.node.describe())
    }

    fn wrong_type(&self, expected: &str) -> Diagnostic {
        let expected = wording::kind(expected);
        let mistake = self.mistake(Code::WrongType, self.contrast(&expected));
        let spelling = self.node.kind.spelling();
        match &self.node.kind {
            Kind::Null => mistake.help("give it a value, or remove the key"),
            Kind::String(text) => self.unquoted(mistake, text, &expected),
            Kind::Sequence(_) | Kind::Mapping(_) => mistake,
            _ if expected.contains("string") => self.offer(mistake, "quote it", format!("{spelling:?}")),
            _ if expected == "a list" => self.offer(mistake, "put it into brackets", format!("[{spelling}]")),
            _ => mistake,
        }
    }

    /// Text that would be what is needed if it were written otherwise.
    fn unquoted(&self, mistake: Diagnostic, text: &str, expected: &str) -> Diagnostic {
        let number = matches!(scalar::resolve(text), Kind::Integer(..) | Kind::Float(..));
        if number && (expected.contains("integer") || expected.contains("number")) {
            return self.offer(mistake, "remove the quotes", text.to_owned());
        }
        if expected == "a list" {
            return self.offer(mistake, "put it into brackets", format!("[{text:?}]"));
        }
        let truth = match text.to_lowercase().as_str() {
            "yes" | "on" | "true" => "true",
            "no" | "off" | "false" => "false",
            _ => return mistake,
        };
        if expected.contains("true or false") {
            return self.offer(mistake, &format!("write `{truth}`"), truth.to_owned());
        }
        mistake
    }

    /// Offers a text for the value; in words only, if the value was not written where the mistake is
    /// shown or is not a text of one line.
    fn offer(&self, mistake: Diagnostic, help: &str, text: String) -> Diagnostic {
        if !self.node.referenced().is_empty() {
            mistake.help(format!("{help} where the value comes from"))
        } else if self.node.style == Style::Block || text.contains('\\') {
            mistake.help(help)
        } else {
            mistake.help(help).replace(self.place(), text)
        }
    }

    fn unknown_word(&self, found: &str, known: &[&str]) -> Diagnostic {
        if self.on_key {
            return unknown_key(self.path, known, self.tree);
        }
        let mistake = self.mistake(Code::UnknownValue, format!("unknown value `{found}`"));
        match suggest(found, known.iter().copied()) {
            Some(near) => self.offer(mistake, &format!("did you mean `{near}`?"), near.to_owned()),
            None => mistake.help(format!("expected one of {}", known.join(", "))),
        }
    }

    fn missing(&self, key: &str) -> Diagnostic {
        let (message, place) = match self.path.last() {
            // The whole path would make a mistake of a fragment another one in each of its services.
            Some(holder) => (format!("`{holder}` has no `{key}`"), self.place()),
            None => {
                let start = Span { end: self.node.span.start, ..self.node.span };
                (format!("the blueprint has no `{key}`"), start)
            }
        };
        Diagnostic::new(Code::MissingKey, message).at(place, format!("`{key}` is missing here"))
    }

    /// What a type says itself; its lines after the first say how to put it right.
    fn own(&self, message: &str) -> Diagnostic {
        let (sentence, help) = message.split_once('\n').unwrap_or((message, ""));
        let mistake = self.mistake(Code::InvalidValue, sentence.to_owned());
        if help.is_empty() { mistake } else { mistake.help(help) }
    }
}

/// A key that is not one of those that are known where it stands.
pub fn unknown_key(path: &Path, known: &[&str], tree: &Tree) -> Diagnostic {
    let key = match path.last() {
        Some(Step::Key(key)) => key.as_str(),
        _ => "",
    };
    let holder = path.parent().and_then(|parent| tree.node(&parent));
    let given = |key: &str| holder.is_some_and(|holder| holder.get(key).is_some());
    let place = tree.key_span(path).unwrap_or_else(|| tree.place(path));
    let mistake = Diagnostic::new(Code::UnknownKey, format!("unknown key `{key}`")).at(place, "");
    match suggest(key, known.iter().copied()) {
        Some(meant) if given(meant) => mistake.help(format!("`{meant}` is there already; remove this one")),
        Some(meant) => mistake.help(format!("did you mean `{meant}`?")).replace(place, meant),
        None if known.is_empty() => mistake.help("no key is known here"),
        None => mistake.help(format!("known here: {}", known.join(", "))),
    }
}

//! What may stand before a colon: text that the mapping does not have yet.

use crate::blueprint::node::{Kind, Mapping, Node, State, Style};
use crate::report::{Code, Diagnostic, Report, Span};

/// The key whose value is read next.
pub enum Key {
    /// Its name and its place.
    Named(String, Span),
    /// Reported; its value is read and forgotten.
    Refused,
}

/// What stands before a colon: a name, if it is text and not there yet.
pub fn accept_key(node: Node, entries: &Mapping, report: &mut Report) -> Key {
    let span = node.span;
    if matches!(node.state, State::Dropped) {
        return Key::Refused;
    }
    let spelling = match node.kind {
        Kind::String(name) if name == "<<" && node.style == Style::Plain => {
            let refusal = Diagnostic::new(Code::MergeKey, "the merge key `<<` is not part of the language");
            report.push(refusal.at(span, "").help("put the shared lines into a fragment and `use:` it"));
            return Key::Refused;
        }
        Kind::String(name) => return accept_name(name, span, entries, report),
        Kind::Bool(value) => value.to_string(),
        Kind::Integer(_, text) | Kind::Float(_, text) => text,
        Kind::Null | Kind::Sequence(_) | Kind::Mapping(_) => {
            let message = format!("{} cannot be a key", node.describe());
            report.push(Diagnostic::new(Code::NonStringKey, message).at(span, ""));
            return Key::Refused;
        }
    };
    let refusal = Diagnostic::new(Code::NonStringKey, format!("the key {spelling} is not a string"));
    report.push(refusal.at(span, "").help("quote it").replace(span, format!("{spelling:?}")));
    accept_name(spelling, span, entries, report)
}

fn accept_name(name: String, span: Span, entries: &Mapping, report: &mut Report) -> Key {
    let Some(first) = entries.get(&name) else {
        return Key::Named(name, span);
    };
    let duplicate = Diagnostic::new(Code::DuplicateKey, format!("`{name}` is given twice"));
    report.push(duplicate.at(span, "again here").at(first.key_span, "first here"));
    Key::Refused
}

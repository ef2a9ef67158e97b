//! One tree over another: mappings merge, everything else replaces, an empty value removes.
//!
//! Deliberately absent: knowledge of the language. A list replaces a list as a whole, because whoever
//! reads an overlay must see the whole value without the file below it.

use indexmap::map::Entry as Slot;

use super::node::{Entry, Kind, Mapping, Node};
use crate::report::{Code, Diagnostic, Report, Span, suggest};

/// What lies over what: it decides whose place a merged mapping keeps and what an empty value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// An overlay over the files before it. Where both have a mapping, the place is the one below,
    /// which defined it; an empty value must remove something.
    Overlay,
    /// A service over the fragment it uses. The place is the service's; an empty value that removes
    /// nothing stays, as it does in a service without a fragment.
    Service,
}

/// Puts one mapping on top of another. Mistakes are reported and leave what is below as it was.
pub fn merge(below: &mut Node, over: Node, layer: Layer, report: &mut Report) {
    if let (Kind::Mapping(entries), Kind::Mapping(new)) = (&mut below.kind, over.kind) {
        merge_entries(entries, new, layer, report);
        if layer == Layer::Service {
            below.span = over.span;
        }
    }
}

/// A scalar may give way to anything, because several values have a short and a long form; a list or
/// a mapping gives way only to its like.
fn fits(below: &Kind, over: &Kind) -> bool {
    match below {
        Kind::Mapping(_) => matches!(over, Kind::Mapping(_)),
        Kind::Sequence(_) => matches!(over, Kind::Sequence(_)),
        _ => true,
    }
}

fn replace(below: &mut Node, mut over: Node) {
    let losers = std::iter::once(below.span).chain(below.overridden().iter().copied());
    over.history_mut().overridden.extend(losers);
    *below = over;
}

fn merge_entries(entries: &mut Mapping, new: Mapping, layer: Layer, report: &mut Report) {
    for (key, over) in new {
        if over.value.is_null() && !over.value.is_dropped() {
            remove(entries, key, over, layer, report);
            continue;
        }
        if layer == Layer::Overlay && !entries.contains_key(&key) {
            refuse_removals(
                &over.value,
                &mut vec![&key],
                &Added { key: &key, entry: &over, entries },
                report,
            );
        }
        match entries.entry(key) {
            Slot::Vacant(slot) => {
                slot.insert(over);
            }
            Slot::Occupied(mut slot) => merge_entry(slot.get_mut(), over, layer, report),
        }
    }
}

fn merge_entry(below: &mut Entry, over: Entry, layer: Layer, report: &mut Report) {
    if !over.value.is_dropped() && !fits(&below.value.kind, &over.value.kind) {
        report.push(conflict(below, &over, layer));
        return;
    }
    let both_mappings = below.value.as_mapping().is_some() && over.value.as_mapping().is_some();
    if both_mappings {
        merge(&mut below.value, over.value, layer, report);
    } else {
        replace(&mut below.value, over.value);
    }
    if !both_mappings || layer == Layer::Service {
        below.key_span = over.key_span;
    }
}

fn remove(entries: &mut Mapping, key: String, over: Entry, layer: Layer, report: &mut Report) {
    let removed = entries.shift_remove(&key).is_some();
    if removed {
        return;
    }
    match layer {
        Layer::Service => {
            entries.insert(key, over);
        }
        Layer::Overlay => {
            let added = Added { key: &key, entry: &over, entries };
            report.push(nothing_to_remove(&[&key], &over, &added));
        }
    }
}

/// A key of an overlay that the files below do not have.
struct Added<'a> {
    key: &'a str,
    entry: &'a Entry,
    /// Its would-be siblings.
    entries: &'a Mapping,
}

/// Nothing inside a new value can be removed either.
fn refuse_removals<'a>(value: &'a Node, path: &mut Vec<&'a str>, added: &Added<'a>, report: &mut Report) {
    for (key, entry) in value.as_mapping().into_iter().flatten() {
        path.push(key);
        if entry.value.is_null() && !entry.value.is_dropped() {
            report.push(nothing_to_remove(path, entry, added));
        }
        refuse_removals(&entry.value, path, added, report);
        path.pop();
    }
}

fn nothing_to_remove(path: &[&str], entry: &Entry, added: &Added<'_>) -> Diagnostic {
    let message = format!("there is no `{}` to remove", path.join("."));
    let mistake = Diagnostic::new(Code::NothingToRemove, message).at(entry.key_span, "");
    match suggest(added.key, added.entries.keys().map(String::as_str)) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")).replace(added.entry.key_span, near),
        None => mistake.help("an empty value in an overlay removes; for an empty mapping write `{}`"),
    }
}

fn conflict(below: &Entry, over: &Entry, layer: Layer) -> Diagnostic {
    let message = format!("{} cannot replace {}", over.value.describe(), below.value.describe());
    let mistake = Diagnostic::new(Code::OverlayConflict, message)
        .at(place(over), "this value")
        .at(place(below), "would replace this one");
    match layer {
        Layer::Service => mistake.help("give the same kind of value"),
        Layer::Overlay => {
            mistake.help("give the same kind of value; an earlier overlay can remove the one below")
        }
    }
}

/// A list or mapping is shown by its key.
fn place(entry: &Entry) -> Span {
    match entry.value.kind {
        Kind::Sequence(_) | Kind::Mapping(_) => entry.key_span,
        _ => entry.value.span,
    }
}

#[cfg(test)]
mod tests;

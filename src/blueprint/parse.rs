//! Text to nodes. All mistakes of a file are collected up to the first place where it is not YAML.
//!
//! Deliberately absent: files (a text and its identity come in) and meaning (any keys and values are
//! taken). Anchors are followed with a budget; tags, merge keys and further documents are refused.

mod key;

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle};

use self::key::{Key, accept_key};
use super::node::{Entry, Kind, Mapping, Node, State, Style};
use super::{scalar, syntax};
use crate::report::{Code, Diagnostic, FileId, Report, Span, suggest};

/// How deep values may nest. The language needs about ten levels; the stages after this one recurse.
pub const MAX_DEPTH: usize = 64;
/// How many values all aliases of a file may copy together.
pub const MAX_ALIASED_NODES: usize = 10_000;

/// The root of a file, which is a mapping; none if the file cannot be used as a whole.
pub fn parse(text: &str, file: FileId, report: &mut Report) -> Option<Node> {
    let root = Builder::new(file, report).build(text).ok()?;
    match root.kind {
        Kind::Mapping(_) => Some(root),
        Kind::Null => {
            let empty = Diagnostic::new(Code::EmptyFile, "the file is empty").at(Span::start_of(file), "");
            report.push(empty.help("write `{}` to mean an empty mapping"));
            None
        }
        _ => {
            let message = format!("expected a mapping, found {}", root.describe());
            report.push(Diagnostic::new(Code::WrongType, message).at(root.span, "the whole file"));
            None
        }
    }
}

/// A mistake after which the rest of the file means nothing; it has been reported.
struct Broken;

/// A list or mapping whose end has not been read.
struct Open {
    span: Span,
    anchor: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Mapping, key: Option<Key> },
}

struct Anchored {
    node: Node,
    size: usize,
    height: usize,
}

struct Builder<'r> {
    file: FileId,
    report: &'r mut Report,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    anchor_names: Vec<String>,
    copied: usize,
    root: Option<Node>,
}

impl<'r> Builder<'r> {
    fn new(file: FileId, report: &'r mut Report) -> Self {
        let (open, anchors, anchor_names) = (Vec::new(), HashMap::new(), Vec::new());
        Self { file, report, open, anchors, anchor_names, copied: 0, root: None }
    }

    /// The root; a text without any value has an empty one.
    fn build(mut self, text: &str) -> Result<Node, Broken> {
        let options = granit_parser::options! {
            emit_comments: false,
            emit_anchor_events: true,
            emit_unresolved_aliases: true,
        };
        for next in Parser::new_from_str_with_options(text, options) {
            match next {
                Ok((event, place)) => self.event(event, place)?,
                Err(error) => {
                    self.report.push(syntax::diagnostic(&error, text, self.file));
                    return Err(Broken);
                }
            }
        }
        Ok(self.root.unwrap_or_else(|| Node::empty(self.file)))
    }

    fn event(&mut self, event: Event<'_>, place: granit_parser::Span) -> Result<(), Broken> {
        let span = self.span(place);
        let tagged = self.refuse_tag(&event, place);
        match event {
            Event::DocumentStart(..) => self.refuse_further_document(span)?,
            Event::Scalar(text, style, anchor, _) => {
                let (kind, style) = match style {
                    ScalarStyle::Plain => (scalar::resolve(&text), Style::Plain),
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                        (Kind::String(text.into_owned()), Style::Quoted)
                    }
                    _ => (Kind::String(text.into_owned()), Style::Block),
                };
                let mut node = Node::new(span, kind, style);
                if tagged || self.refuse_nul(&node) {
                    node.state = State::Dropped;
                }
                self.finish(node, anchor);
            }
            Event::SequenceStart(_, anchor, _) => {
                self.enter(span, anchor, Content::Sequence(Vec::new()))?;
            }
            Event::MappingStart(_, anchor, _) => {
                self.enter(span, anchor, Content::Mapping { entries: Mapping::new(), key: None })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(span),
            Event::Anchor(_, name) => self.anchor_names.push(name.into_owned()),
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::UnresolvedAlias(name) => self.unknown_alias(&name, span),
            _ => {}
        }
        Ok(())
    }
}

/// Building lists and mappings.
impl Builder<'_> {
    fn enter(&mut self, span: Span, anchor: usize, content: Content) -> Result<(), Broken> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        self.open.push(Open { span, anchor, content });
        Ok(())
    }

    fn leave(&mut self, end: Span) {
        let Some(Open { mut span, anchor, content }) = self.open.pop() else { return };
        let (kind, last) = match content {
            Content::Sequence(elements) => {
                let last = elements.last().map(|node| node.span.end);
                (Kind::Sequence(elements), last)
            }
            Content::Mapping { entries, .. } => {
                let last = entries.last().map(|(_, entry)| entry.value.span.end.max(entry.key_span.end));
                (Kind::Mapping(entries), last)
            }
        };
        // A block has no closing bracket; its end event stands where the next key begins.
        let bracketed = end.end > end.start;
        span.end = if bracketed { end.end } else { last.unwrap_or(span.end).max(span.end) };
        self.finish(Node::new(span, kind, Style::Plain), anchor);
    }

    /// Takes a value that has been read to its end.
    fn finish(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            let anchored = Anchored { size: node.size(), height: node.height(), node: node.clone() };
            self.anchors.insert(anchor, anchored);
        }
        let Some(Open { content, .. }) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match content {
            Content::Sequence(elements) => elements.push(node),
            Content::Mapping { entries, key } => match key.take() {
                None => *key = Some(accept_key(node, entries, self.report)),
                Some(Key::Refused) => {}
                Some(Key::Named(name, key_span)) => {
                    entries.insert(name, Entry { key_span, value: node });
                }
            },
        }
    }

    fn span(&self, place: granit_parser::Span) -> Span {
        let range = place.byte_range().unwrap_or_default();
        Span { file: self.file, start: range.start, end: range.end }
    }
}

/// Anchors and aliases.
impl Builder<'_> {
    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Broken> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            let recursive = Diagnostic::new(Code::RecursiveAlias, "this alias stands inside its own anchor");
            self.report.push(recursive.at(span, ""));
            return Err(Broken);
        };
        self.copied += anchored.size;
        if self.copied > MAX_ALIASED_NODES {
            let message = format!("aliases expand to more than {MAX_ALIASED_NODES} values");
            let refusal = Diagnostic::new(Code::AliasBudget, message).at(span, "the limit is passed here");
            self.report.push(refusal.help("put the shared lines into a fragment and `use:` it"));
            return Err(Broken);
        }
        if self.open.len() + anchored.height > MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        let node = anchored.node.clone();
        self.finish(node, 0);
        Ok(())
    }

    fn unknown_alias(&mut self, name: &str, span: Span) {
        let message = format!("no anchor `&{name}` is defined above this alias");
        let mistake = Diagnostic::new(Code::UnknownAlias, message).at(span, "");
        let known = self.anchor_names.iter().map(String::as_str);
        self.report.push(match suggest(name, known) {
            Some(near) => mistake.help(format!("did you mean `*{near}`?")).replace(span, format!("*{near}")),
            None => mistake.help("quote a text that begins with `*`"),
        });
        let mut nothing = Node::new(span, Kind::Null, Style::Plain);
        nothing.state = State::Dropped;
        self.finish(nothing, 0);
    }
}

/// Refusals that need nothing but a place.
impl Builder<'_> {
    /// Whether there was a tag to refuse.
    fn refuse_tag(&mut self, event: &Event<'_>, place: granit_parser::Span) -> bool {
        let Some(tag) = event.tag() else { return false };
        let span = self.span(place.tag_span().unwrap_or(place));
        let name = format!("{}{}", tag.original_handle(), tag.suffix());
        let refusal = Diagnostic::new(Code::UnsupportedTag, format!("the tag `{name}` is not supported"));
        self.report.push(refusal.at(span, "").help("remove the tag; quotes make any value text"));
        true
    }

    /// Whether there was a NUL to refuse: only an escape in double quotes makes one.
    fn refuse_nul(&mut self, node: &Node) -> bool {
        let found = matches!(&node.kind, Kind::String(text) if text.contains('\0'));
        if found {
            let refusal = Diagnostic::new(Code::NulCharacter, "this text contains a NUL character");
            self.report.push(refusal.at(node.span, "").help("remove the `\\0`"));
        }
        found
    }

    fn refuse_further_document(&mut self, span: Span) -> Result<(), Broken> {
        if self.root.is_none() {
            return Ok(());
        }
        let refusal = Diagnostic::new(Code::SeveralDocuments, "a second document starts here");
        let help = "keep one document in a file; name a file of its own as an overlay";
        self.report.push(refusal.at(span, "").help(help));
        Err(Broken)
    }

    fn too_deep(&mut self, span: Span) -> Broken {
        let message = format!("values nest deeper than {MAX_DEPTH} levels");
        self.report.push(Diagnostic::new(Code::TooDeep, message).at(span, "the limit is passed here"));
        Broken
    }
}

#[cfg(test)]
mod tests;

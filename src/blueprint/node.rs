//! The tree of values that the whole reading stage works on. Every value keeps its place in its file,
//! through merging and substitution, so that any later mistake can be shown where it was written.
//!
//! Deliberately absent: comments, anchors and tags, which mean nothing to the stages after this one.

use indexmap::IndexMap;

use super::path::Step;
use crate::report::{FileId, Span};

/// A value with its place and its history.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value stands; its file is the file that won.
    pub span: Span,
    /// What the value is.
    pub kind: Kind,
    /// How it was written.
    pub style: Style,
    /// What became of it while it was merged and filled in; most values have none.
    history: Option<Box<History>>,
    /// How far the value can be used.
    pub state: State,
}

/// What became of a value while it was merged and filled in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// The places of the values that this one replaced, the latest first.
    pub overridden: Vec<Span>,
    /// The places of the values that references in this one stand for.
    pub referenced: Vec<Span>,
}

/// What a value is, after the rules of YAML 1.2 for plain scalars.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer, and how it was spelled.
    Integer(i128, String),
    /// Another number, and how it was spelled.
    Float(f64, String),
    /// Text.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the text.
    Mapping(Mapping),
}

impl Kind {
    /// How a scalar looks in the middle of a text; empty for what is no scalar.
    pub fn spelling(&self) -> &str {
        match self {
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Integer(_, text) | Self::Float(_, text) | Self::String(text) => text,
            Self::Null | Self::Sequence(_) | Self::Mapping(_) => "",
        }
    }
}

/// Keys in the order of the text, found by hash.
pub type Mapping = IndexMap<String, Entry>;

/// One key of a mapping, with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub key_span: Span,
    /// What it leads to.
    pub value: Node,
}

/// How a value was written: it decides what a suggested replacement must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes, or no scalar.
    Plain,
    /// A scalar in single or double quotes.
    Quoted,
    /// A block scalar (`|` or `>`).
    Block,
}

/// How far a value can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it stands.
    Whole,
    /// A mapping that lacks what a broken fragment would have given it, so that nothing missing in it
    /// is a mistake of its own.
    Incomplete,
    /// Only to look for more mistakes in it: its key is wrong, which has been reported.
    Misnamed,
    /// Not at all: a mistake in it has been reported.
    Dropped,
}

impl Node {
    /// A value as it was written.
    pub fn new(span: Span, kind: Kind, style: Style) -> Self {
        Self { span, kind, style, history: None, state: State::Whole }
    }

    /// A file that says nothing.
    pub fn empty(file: FileId) -> Self {
        Self::new(Span::start_of(file), Kind::Null, Style::Plain)
    }

    /// The places of the values that this one replaced, the latest first.
    pub fn overridden(&self) -> &[Span] {
        self.history.as_ref().map_or(&[], |history| &history.overridden)
    }

    /// The places of the values that references in this one stand for.
    pub fn referenced(&self) -> &[Span] {
        self.history.as_ref().map_or(&[], |history| &history.referenced)
    }

    /// What becomes of the value.
    pub fn history_mut(&mut self) -> &mut History {
        self.history.get_or_insert_default()
    }

    /// The entries, if this is a mapping.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.kind {
            Kind::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?.get(key).map(|entry| &entry.value)
    }

    /// The keys; none if this is no mapping.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.as_mapping().into_iter().flat_map(Mapping::keys).map(String::as_str)
    }

    /// Every value directly inside this one.
    pub fn children(&self) -> impl Iterator<Item = (Step, &Node)> {
        let elements = match &self.kind {
            Kind::Sequence(elements) => elements.as_slice(),
            _ => &[],
        };
        let entries = self.as_mapping().into_iter().flatten();
        let elements = elements.iter().enumerate().map(|(index, element)| (Step::from(index), element));
        elements.chain(entries.map(|(key, entry)| (Step::from(key), &entry.value)))
    }

    /// How many values there are in this one, itself included.
    pub fn size(&self) -> usize {
        1 + self.children().map(|(_, child)| child.size()).sum::<usize>()
    }

    /// How many levels of lists and mappings there are in this one.
    pub fn height(&self) -> usize {
        let leaf = !matches!(self.kind, Kind::Sequence(_) | Kind::Mapping(_));
        if leaf { 0 } else { 1 + self.children().map(|(_, child)| child.height()).max().unwrap_or(0) }
    }

    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// Whether a mistake in this value has been reported.
    pub fn is_dropped(&self) -> bool {
        self.state == State::Dropped
    }

    /// The value in words, for "expected …, found …".
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "an empty value".to_owned(),
            Kind::Bool(value) => format!("the truth value {value}"),
            Kind::Integer(_, text) => format!("the integer {text}"),
            Kind::Float(_, text) => format!("the number {text}"),
            Kind::String(text) => format!("the string {}", shortened(text)),
            Kind::Sequence(_) => "a list".to_owned(),
            Kind::Mapping(_) => "a mapping".to_owned(),
        }
    }
}

/// Long texts are named by their beginning: the excerpt shows the rest.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let beginning: String = text.chars().take(LONGEST).collect();
    if beginning.len() < text.len() { format!("{beginning:?}…") } else { format!("{text:?}") }
}

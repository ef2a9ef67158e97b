//! What the tests of reading share: texts in, readable values and codes out.

use super::node::{Kind, Node};
use super::parse::parse;
use crate::report::{Report, Sources};

/// A text that is read.
pub struct Parsed {
    pub root: Option<Node>,
    pub sources: Sources,
    pub report: Report,
}

impl Parsed {
    pub fn of(text: &str) -> Self {
        let (mut sources, mut report) = (Sources::default(), Report::new());
        let file = sources.add("test.yaml", text);
        let root = parse(sources.text(file), file, &mut report);
        Self { root, sources, report }
    }

    /// The root of a text that has no mistakes.
    pub fn good(text: &str) -> Node {
        let parsed = Self::of(text);
        assert_eq!(codes(&parsed.report), Vec::<&str>::new(), "{text}");
        parsed.root.expect("a root")
    }

    /// What stands at the place of a value.
    pub fn source(&self, keys: &[&str]) -> &str {
        let root = self.root.as_ref().expect("a root");
        let node = keys.iter().fold(root, |node, key| node.get(key).expect("a value"));
        self.sources.slice(node.span)
    }
}

/// The codes of a report, in order.
pub fn codes(report: &Report) -> Vec<&'static str> {
    report.iter().map(|diagnostic| diagnostic.code.id()).collect()
}

/// A value on one line; text is quoted, so that kinds can be told apart.
pub fn show(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::String(text) => format!("{text:?}"),
        Kind::Sequence(elements) => {
            format!("[{}]", elements.iter().map(show).collect::<Vec<_>>().join(", "))
        }
        Kind::Mapping(mapping) => {
            let entries = mapping.iter().map(|(key, entry)| format!("{key}: {}", show(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.spelling().to_owned(),
    }
}

//! Everything vpsgen has to say about what the user wrote: one [`Diagnostic`] per mistake, collected
//! in a [`Report`] so that one run tells all of them.
//!
//! Deliberately absent: failures of the environment (a disk that cannot be read), which are not
//! mistakes of the blueprint and have their own type in `load`.

pub mod codes;
pub mod json;
pub mod sources;
pub mod suggest;
pub mod text;

use std::collections::HashSet;

pub use codes::Code;
pub use sources::{FileId, Sources, Span};
pub use suggest::suggest;

/// Whether a mistake stops the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The blueprint cannot be built.
    Error,
    /// The blueprint can be built, but probably is not what the user meant.
    Warning,
}

impl Severity {
    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place together with what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where to point.
    pub span: Span,
    /// What the reader sees beside the caret; may be empty.
    pub text: String,
}

/// A text that would put the mistake right when it stands in the place of what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// What is replaced.
    pub span: Span,
    /// What to write instead.
    pub text: String,
}

/// One mistake: its code, a sentence, the places it concerns and how to put it right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable name of this kind of mistake.
    pub code: Code,
    /// Lowercase, without a full stop, without the fix.
    pub message: String,
    /// The first is the primary place; the others explain it.
    pub labels: Vec<Label>,
    /// How to put it right.
    pub help: Option<String>,
    /// The fix as text, where there is exactly one.
    pub replacement: Option<Replacement>,
}

impl Diagnostic {
    /// A mistake without a place yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: Vec::new(), help: None, replacement: None }
    }

    /// Adds a place; the first one added is the primary.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says how to put it right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers a text for the place of `span`.
    #[must_use]
    pub fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        self.replacement = Some(Replacement { span, text: text.into() });
        self
    }

    /// The place of the mistake, if it has one.
    pub fn primary(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }

    fn order(&self) -> (Option<Span>, Code, &str) {
        (self.primary(), self.code, &self.message)
    }
}

/// All mistakes of one run, each once, in an order that does not depend on how they were found.
#[derive(Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    seen: HashSet<(Code, Option<Span>, String)>,
}

impl Report {
    /// A report without mistakes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a mistake, unless the same one was reported at the same place before.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let identity = (diagnostic.code, diagnostic.primary(), diagnostic.message.clone());
        if self.seen.insert(identity) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Adds several mistakes.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Whether anything stops the build.
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// The mistakes that stop the build.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.of(Severity::Error)
    }

    /// The mistakes that do not stop the build.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.of(Severity::Warning)
    }

    /// All mistakes by file (in the order they were read), position and code.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.diagnostics.iter().collect();
        sorted.sort_by_key(|diagnostic| diagnostic.order());
        sorted.into_iter()
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.iter().filter(move |diagnostic| diagnostic.code.severity() == severity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(sources: &mut Sources, start: usize, message: &str) -> Diagnostic {
        let file = sources.files().next().unwrap_or_else(|| sources.add("a.yaml", "text of the file"));
        Diagnostic::new(Code::UnknownKey, message).at(Span { file, start, end: start + 1 }, "")
    }

    #[test]
    fn a_report_tells_each_mistake_once_in_the_order_of_the_text() {
        let mut sources = Sources::default();
        let mut report = Report::new();
        for (start, message) in [(4, "second"), (0, "first"), (4, "second"), (4, "another")] {
            report.push(mistake(&mut sources, start, message));
        }
        let messages: Vec<_> = report.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert_eq!(messages, ["first", "another", "second"]);
    }

    #[test]
    fn warnings_do_not_stop_a_build() {
        let mut report = Report::new();
        assert!(report.is_empty() && !report.has_errors());
        report.push(Diagnostic::new(Code::UnknownKey, "message"));
        assert!(report.has_errors());
        assert_eq!((report.errors().count(), report.warnings().count()), (1, 0));
    }
}

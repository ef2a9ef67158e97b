//! The report for people: excerpt, caret, help and suggested text, plain or coloured.
//!
//! The drawing itself is annotate-snippets'; here is only what goes where. Nothing that the user wrote
//! reaches the terminal as an escape: what the drawing does not defuse is defused here.

use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Patch, Renderer, Snippet, normalize_untrusted_str,
};

use super::{Diagnostic, FileId, Report, Severity, Sources, Span};

/// Wide enough for any line of a blueprint: excerpts are never cut to a terminal nobody asked about.
const WIDTH: usize = 200;

/// Whether the text may carry terminal escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// For terminals that show it.
    Always,
    /// For files, pipes and snapshots.
    Never,
}

/// The whole report, a blank line after each mistake.
pub fn render(report: &Report, sources: &Sources, colour: Colour) -> String {
    let mut text = String::new();
    for diagnostic in report.iter() {
        text.push_str(&render_one(diagnostic, sources, colour));
        text.push_str("\n\n");
    }
    text
}

/// One mistake, without a line break at its end.
pub fn render_one(diagnostic: &Diagnostic, sources: &Sources, colour: Colour) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code.id());
    let mut main = Group::with_title(title).elements(excerpts(diagnostic, sources));
    let suggestion = suggestion(diagnostic, sources);
    if let (Some(help), None) = (&diagnostic.help, &suggestion) {
        main = main.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let groups: Vec<Group<'_>> = std::iter::once(main).chain(suggestion).collect();
    renderer(colour).render(&groups)
}

fn renderer(colour: Colour) -> Renderer {
    match colour {
        Colour::Always => Renderer::styled(),
        Colour::Never => Renderer::plain(),
    }
    .term_width(WIDTH)
}

/// One excerpt for each file that has a label, the primary's file first.
fn excerpts<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Element<'a>> {
    let mut files: Vec<FileId> = Vec::new();
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files.into_iter().map(|file| excerpt(diagnostic, sources, file).into()).collect()
}

fn excerpt<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    file: FileId,
) -> Snippet<'a, Annotation<'a>> {
    let labels = || diagnostic.labels.iter().enumerate().filter(|(_, label)| label.span.file == file);
    let spans: Vec<Span> = labels().map(|(_, label)| label.span).collect();
    let lines = Lines::of(&spans, sources, file);
    let annotations = labels().map(|(index, label)| {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let text = (!label.text.is_empty()).then(|| normalize_untrusted_str(&label.text));
        kind.span(lines.within(first_line(sources, label.span))).label(text)
    });
    lines.snippet().annotations(annotations)
}

/// The lines that an excerpt is cut from. Drawing looks at every line that it is given, so a large file
/// is not given as a whole.
struct Lines<'a> {
    name: &'a str,
    text: &'a str,
    first: usize,
    start: usize,
}

impl<'a> Lines<'a> {
    fn of(spans: &[Span], sources: &'a Sources, file: FileId) -> Self {
        let start_of_file = Span::start_of(file);
        let first = spans.iter().min_by_key(|span| span.start).unwrap_or(&start_of_file);
        let last = spans.iter().max_by_key(|span| span.end).unwrap_or(&start_of_file);
        let (line, range) = sources.lines(*first, *last);
        let (name, text, start) = (sources.name(file), sources.text(file), range.start);
        Self { name, text: text.get(range).unwrap_or_default(), first: line, start }
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        Snippet::source(self.text).path(normalize_untrusted_str(self.name)).line_start(self.first)
    }

    fn within(&self, range: Range<usize>) -> Range<usize> {
        range.start - self.start..range.end - self.start
    }
}

/// The part of a place that lies on its first line: a caret under a whole section helps nobody.
fn first_line(sources: &Sources, span: Span) -> Range<usize> {
    let text = sources.slice(span);
    let length = text.find('\n').unwrap_or(text.len());
    span.start..span.start + text[..length].trim_end().len()
}

fn suggestion<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Option<Group<'a>> {
    let replacement = diagnostic.replacement.as_ref()?;
    let span = replacement.span;
    let title = diagnostic.help.as_deref().unwrap_or("write this instead");
    let title = normalize_untrusted_str(title);
    let lines = Lines::of(&[span], sources, span.file);
    let patch = Patch::new(lines.within(span.start..span.end), replacement.text.as_str());
    Some(Level::HELP.secondary_title(title).element(lines.snippet().patch(patch)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Code;

    fn report_of_two_files() -> (Report, Sources) {
        let (mut sources, mut report) = (Sources::default(), Report::new());
        let one = sources.add("one.yaml", "a: 1\nb: zwölf\n");
        let two = sources.add("two.yaml", "# comment\nb: {c: 2,\n  d: 3}\n");
        let mistake = Diagnostic::new(Code::OverlayConflict, "text cannot replace a mapping")
            .at(Span { file: one, start: 8, end: 14 }, "this text")
            .at(Span { file: two, start: 13, end: 28 }, "would replace this")
            .help("write a mapping")
            .replace(Span { file: one, start: 8, end: 14 }, "{}");
        report.push(mistake);
        (report, sources)
    }

    #[test]
    fn a_mistake_shows_each_file_and_the_fix() {
        let (report, sources) = report_of_two_files();
        let expected = "\
error[overlay-conflict]: text cannot replace a mapping
 --> one.yaml:2:4
  |
2 | b: zwölf
  |    ^^^^^ this text
  |
 ::: two.yaml:2:4
  |
2 | b: {c: 2,
  |    ------ would replace this
  |
help: write a mapping
  |
2 - b: zwölf
2 + b: {}
  |

";
        assert_eq!(render(&report, &sources, Colour::Never), expected);
    }

    #[test]
    fn only_colour_has_terminal_escapes() {
        let (report, sources) = report_of_two_files();
        let text = render(&report, &sources, Colour::Never);
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(render(&report, &sources, Colour::Always).contains('\u{1b}'));
    }

    /// What the user wrote must not reach the terminal as a command.
    #[test]
    fn escapes_in_the_blueprint_are_not_passed_on() {
        let (mut sources, mut report) = (Sources::default(), Report::new());
        let file = sources.add("a\u{1b}[2J.yaml", "a: \u{1b}[31mred\n");
        let message = format!("unknown value `{}`", sources.slice(Span { file, start: 3, end: 11 }));
        let mistake = Diagnostic::new(Code::UnknownValue, message.clone()).help(message);
        report.push(
            mistake
                .at(Span { file, start: 3, end: 11 }, "\u{1b}[1m")
                .replace(Span { file, start: 3, end: 11 }, "\u{1b}"),
        );
        let text = render(&report, &sources, Colour::Never);
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}

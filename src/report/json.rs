//! The report for programs: an array with one object for each mistake.

use serde::Serialize;

use super::{Diagnostic, Report, Sources, Span};

#[derive(Serialize)]
struct Mistake<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    labels: Vec<Place<'a>>,
    help: Option<&'a str>,
    replacement: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: &'a str,
}

/// The whole report as data. Lines and columns count from 1, columns in characters.
pub fn render(report: &Report, sources: &Sources) -> serde_json::Value {
    let mistakes = report.iter().map(|diagnostic| mistake(diagnostic, sources));
    // A mistake is made of strings and numbers only, and those cannot fail to serialise.
    mistakes.map(|mistake| serde_json::to_value(mistake).unwrap_or_default()).collect()
}

fn mistake<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Mistake<'a> {
    Mistake {
        code: diagnostic.code.id(),
        severity: diagnostic.code.severity().name(),
        message: &diagnostic.message,
        labels: diagnostic.labels.iter().map(|label| place(label.span, &label.text, sources)).collect(),
        help: diagnostic.help.as_deref(),
        replacement: diagnostic.replacement.as_ref().map(|new| place(new.span, &new.text, sources)),
    }
}

fn place<'a>(span: Span, text: &'a str, sources: &'a Sources) -> Place<'a> {
    let (line, column) = sources.line_column(span);
    let (end_line, end_column) = sources.end_line_column(span);
    Place { file: sources.name(span.file), line, column, end_line, end_column, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Code;

    #[test]
    fn places_are_lines_and_columns() {
        let (mut sources, mut report) = (Sources::default(), Report::new());
        let file = sources.add("a.yaml", "a: 1\nzwölf: on\n");
        let span = Span { file, start: 13, end: 15 };
        report.push(
            Diagnostic::new(Code::WrongType, "message").at(span, "label").help("help").replace(span, "true"),
        );
        let place = |text: &str| serde_json::json!({"file": "a.yaml", "line": 2, "column": 8, "end_line": 2, "end_column": 10, "text": text});
        let expected = serde_json::json!([{
            "code": "wrong-type", "severity": "error", "message": "message",
            "labels": [place("label")], "help": "help", "replacement": place("true"),
        }]);
        assert_eq!(render(&report, &sources), expected);
    }
}

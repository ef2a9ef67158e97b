//! What the YAML parser says, in words for people who do not write parsers.
//!
//! Deliberately absent: kinds that only a broken program can cause; they keep the parser's own words.

use granit_parser::{ErrorKind, ScanError};

use crate::report::{Code, Diagnostic, FileId, Span};

/// The mistake at the place where a text stops being YAML.
pub fn diagnostic(error: &ScanError, text: &str, file: FileId) -> Diagnostic {
    let (message, help) = wording(error.kind());
    let code = match error.kind() {
        ErrorKind::RecursionLimitExceeded => Code::TooDeep,
        _ => Code::YamlSyntax,
    };
    let diagnostic = Diagnostic::new(code, message).at(place(error, text, file), "");
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// One character, or the end of the text.
fn place(error: &ScanError, text: &str, file: FileId) -> Span {
    let mut start = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let visible = text[start..].chars().next().filter(|character| !character.is_control());
    Span { file, start, end: start + visible.map_or(0, char::len_utf8) }
}

const BRACKET_HELP: &str =
    "close the bracket that is open, or quote the value if the bracket or comma belongs to it";

fn wording(kind: &ErrorKind) -> (String, Option<&'static str>) {
    let (message, help) = match kind {
        ErrorKind::MappingValueNotAllowed
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::InvalidSimpleKey => (
            "no `key: value` can stand here",
            Some("quote a value that contains `: `, or check the indentation of this line"),
        ),
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => ("a tab cannot indent", Some("indent with spaces")),
        ErrorKind::UnclosedQuotedScalar => ("this quote is never closed", None),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => ("this bracket is never closed", None),
        ErrorKind::MisplacedFlowCollectionEnd => ("this bracket closes nothing", None),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("`{open}` is closed by `{close}`"), None);
        }
        ErrorKind::ExpectedFlowMappingSeparator => ("expected `,` or `}` here", Some(BRACKET_HELP)),
        ErrorKind::ExpectedFlowSequenceSeparator => ("expected `,` or `]` here", Some(BRACKET_HELP)),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::InvalidIndentation
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::InvalidBlockScalarIndent => {
            ("the indentation does not fit the lines above", Some("align the line with its neighbours"))
        }
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => {
            ("no list item can stand here", Some("start the list on a line of its own, below its key"))
        }
        ErrorKind::SimpleKeyExpected => ("expected `key: value`", Some("a colon may be missing")),
        ErrorKind::UnexpectedCharacter { character } => {
            return (format!("a plain value cannot begin with `{character}`"), Some("quote the value"));
        }
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => {
            ("this escape is not known", Some("use single quotes, in which a backslash is a backslash"))
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("something follows the closing quote", Some("put the whole value into the quotes"))
        }
        ErrorKind::CommentNotSeparated => ("a comment needs a space before its `#`", None),
        ErrorKind::MissingAnchorOrAliasName => {
            ("`&` or `*` without a name", Some("quote a text that begins with `&` or `*`"))
        }
        ErrorKind::RecursionLimitExceeded => ("values nest too deeply", None),
        ErrorKind::BomInsideDocument => ("a byte order mark stands inside the text", Some("remove it")),
        other => return (lowercase(&other.to_string()), None),
    };
    (message.to_owned(), help)
}

/// A few of the parser's sentences begin with a capital or end with a full stop.
fn lowercase(sentence: &str) -> String {
    let mut characters = sentence.trim_end_matches('.').chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

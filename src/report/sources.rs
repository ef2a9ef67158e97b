//! The texts that were read, and places in them.
//!
//! Places are byte offsets everywhere; lines and columns exist only for people, in the output.

use std::ops::Range;

/// One of the texts in [`Sources`]; ordered as they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A range of bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file the offsets belong to.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The empty range at the start of a file: the place of what concerns all of it.
    pub fn start_of(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }
}

struct File {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

/// Every text of this run, with the name it is shown under.
#[derive(Default)]
pub struct Sources {
    files: Vec<File>,
}

impl Sources {
    /// Keeps a text and gives it an identity.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(offset, _)| offset + 1)).collect();
        self.files.push(File { name: name.into(), text, line_starts });
        FileId((self.files.len() - 1) as u32)
    }

    /// The name a file is shown under.
    pub fn name(&self, file: FileId) -> &str {
        &self.file(file).name
    }

    /// The whole text of a file.
    pub fn text(&self, file: FileId) -> &str {
        &self.file(file).text
    }

    /// All files, in the order they were read.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// What stands at a place; empty if the place is not one of the file.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start..span.end).unwrap_or_default()
    }

    /// The lines from the one where `first` begins to the one where `last` ends: the number of the first
    /// line, and the bytes of all of them.
    pub fn lines(&self, first: Span, last: Span) -> (usize, Range<usize>) {
        let (line, _) = self.line_column(first);
        let file = self.file(first.file);
        let end = last.end.max(first.end).min(file.text.len());
        let rest = file.text.as_bytes()[end..].iter().position(|&byte| byte == b'\n');
        (line, file.line_starts[line - 1]..rest.map_or(file.text.len(), |rest| end + rest))
    }

    /// Line and column of the first character of a place, both counted from 1, columns in characters.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        self.position(span.file, span.start)
    }

    /// Line and column of the character after a place.
    pub fn end_line_column(&self, span: Span) -> (usize, usize) {
        self.position(span.file, span.end)
    }

    /// The place as the user would type it into an editor: `file:line:column`.
    pub fn display(&self, span: Span) -> String {
        let (line, column) = self.line_column(span);
        format!("{}:{line}:{column}", self.name(span.file))
    }

    fn position(&self, file: FileId, offset: usize) -> (usize, usize) {
        let file = self.file(file);
        let line = file.line_starts.partition_point(|&start| start <= offset);
        let start = file.line_starts[line - 1];
        let before = file.text.get(start..offset).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    fn file(&self, file: FileId) -> &File {
        &self.files[file.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "one\nzwölf: x\n");
        let span = Span { file, start: 12, end: 13 };
        assert_eq!(sources.slice(span), "x");
        assert_eq!(sources.line_column(span), (2, 8));
        assert_eq!(sources.end_line_column(span), (2, 9));
        assert_eq!(sources.display(span), "a.yaml:2:8");
    }

    #[test]
    fn the_end_of_a_file_is_a_place_too() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "a: 1\n");
        assert_eq!(sources.line_column(Span { file, start: 5, end: 5 }), (2, 1));
    }
}

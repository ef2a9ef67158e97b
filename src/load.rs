//! The reading end: blueprint and overlays from the disk, or from what is shipped in the program.
//! One of the two modules that touch the disk. No opinion on what is in the texts.
//!
//! A file that is absent or is not text is a mistake and goes into the report; a file that is there and
//! cannot be read is a failure of the environment.

mod catalogue;
mod shipped;

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

pub use self::catalogue::Catalogue;
pub use self::shipped::shipped;
use crate::Input;
use crate::report::{Code, Diagnostic, FileId, Report, Sources, Span, suggest};

/// No blueprint of a person is this long; a file that is was named by accident.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// A failure of the environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LoadError(String);

/// What a file turned out to be.
enum Content {
    Text(String),
    NotUtf8 { readable: String, first_bad: usize },
    TooLarge,
    Directory,
    Missing,
}

/// Reads a blueprint and its overlays into the sources; nothing if one of them has a mistake.
pub fn load(
    blueprint: &Path,
    overlays: &[PathBuf],
    sources: &mut Sources,
    report: &mut Report,
) -> Result<Option<(Input, Catalogue)>, LoadError> {
    let base = load_one(blueprint, sources, report)?;
    let mut files = Vec::new();
    for overlay in overlays {
        files.push(load_one(overlay, sources, report)?);
    }
    let overlays: Option<Vec<FileId>> = files.into_iter().collect();
    let input = base.zip(overlays).map(|(base, overlays)| Input { base, overlays });
    Ok(input.map(|input| (input, Catalogue::beside(blueprint))))
}

/// The text of a file that is no blueprint.
pub fn text(path: &Path) -> Result<String, LoadError> {
    std::fs::read_to_string(path)
        .map_err(|error| LoadError(format!("can't read {}: {error}", path.display())))
}

fn load_one(path: &Path, sources: &mut Sources, report: &mut Report) -> Result<Option<FileId>, LoadError> {
    let content = match content(path)? {
        Content::Missing => {
            shipped::text(path).map_or(Content::Missing, |text| Content::Text(text.to_owned()))
        }
        content => content,
    };
    let name = path.display().to_string();
    let mistake = match content {
        Content::Text(text) => return Ok(Some(sources.add(name, text))),
        Content::NotUtf8 { readable, first_bad } => {
            let file = sources.add(name, readable);
            let end = first_bad + char::REPLACEMENT_CHARACTER.len_utf8();
            Diagnostic::new(Code::NotUtf8, "the file is not UTF-8 text")
                .at(Span { file, start: first_bad, end }, "the first byte that is not")
                .help("save the file as UTF-8")
        }
        Content::TooLarge => {
            Diagnostic::new(Code::TooLarge, format!("`{name}` is larger than {MAX_BYTES} bytes"))
        }
        Content::Directory => Diagnostic::new(Code::NotAFile, format!("`{name}` is a directory")),
        Content::Missing => missing(path),
    };
    report.push(mistake);
    Ok(None)
}

fn content(path: &Path) -> Result<Content, LoadError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    match read.map_err(|error| (error.kind(), error)) {
        Ok(length) if length as u64 > MAX_BYTES => return Ok(Content::TooLarge),
        Ok(_) => {}
        Err((ErrorKind::IsADirectory, _)) => return Ok(Content::Directory),
        Err((ErrorKind::NotFound | ErrorKind::NotADirectory, _)) => return Ok(Content::Missing),
        Err((_, error)) => return Err(LoadError(format!("can't read {}: {error}", path.display()))),
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text),
        Err(error) => Content::NotUtf8 {
            first_bad: error.utf8_error().valid_up_to(),
            readable: String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    })
}

fn missing(path: &Path) -> Diagnostic {
    let mistake = Diagnostic::new(Code::MissingFile, format!("there is no file `{}`", path.display()));
    let directory = path.parent().unwrap_or(Path::new(""));
    let neighbours = files_in(directory).into_iter().chain(shipped::in_directory(directory));
    let names: Vec<String> = neighbours.collect();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match suggest(&name, names.iter().map(String::as_str)) {
        Some(near) => mistake.help(format!("did you mean `{}`?", directory.join(near).display())),
        None => mistake.help("`vpsgen init` writes the blueprints that come with the program"),
    }
}

/// The names of what is in a directory, in order; nothing if it cannot be listed, since the names only
/// serve to suggest one.
fn files_in(directory: &Path) -> Vec<String> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests;

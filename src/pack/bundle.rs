//! The bundle: all files of the host as one run of bytes that says how to write itself out.
//! `unpacker NUL record NUL record ...`, a record being `MODE/path LF content`. The unpacker is Python, so that the
//! plain text around the bundle only has to decode, check and run it; what is in the bundle costs a quarter.
//! Deliberately absent: owners and times (see [`File`]), compression.

use crate::render::{File, Files};

/// What the host runs to write the files.
const UNPACKER: &str = include_str!("unpack.py");

/// The bytes, and what lies where in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The bundle as the host keeps it.
    pub bytes: Vec<u8>,
    /// What each part is (a path, or a description in parentheses) and where it ends, in the order of the bytes.
    pub parts: Vec<(String, usize)>,
}

/// Packs the files behind the unpacker that ships.
pub fn bundle(files: &Files) -> Bundle {
    bundle_behind(&unpacker(), files)
}

/// The unpacker that ships, as it is run.
pub fn unpacker() -> String {
    bare(UNPACKER)
}

/// Packs the files behind a given unpacker, which has no NUL. They go in the order of their paths, which was as good as
/// any order that was tried: the next path is cheap to guess, and what lies beside is alike.
pub fn bundle_behind(unpacker: &str, files: &Files) -> Bundle {
    let mut bundle = Bundle { bytes: unpacker.as_bytes().to_vec(), parts: Vec::new() };
    bundle.parts.push(("(unpacker)".to_string(), bundle.bytes.len()));
    for file in files.iter() {
        bundle.bytes.push(0);
        bundle.bytes.extend(record(file));
        bundle.parts.push((file.path.clone(), bundle.bytes.len()));
    }
    bundle
}

/// NUL separates records, so it cannot occur in one: NUL becomes 1 1, and 1 becomes 1 2.
fn record(file: &File) -> Vec<u8> {
    let mut record = format!("{:o}{}\n", file.mode, file.path).into_bytes();
    for byte in &file.bytes {
        match byte {
            0 => record.extend([1, 1]),
            1 => record.extend([1, 2]),
            other => record.push(*other),
        }
    }
    record
}

/// A Python text without what is there for its reader: comment lines, blank lines, and three of four spaces of
/// indentation. Only for programs in this folder, which have no text that spans lines.
pub fn bare(python: &str) -> String {
    let has_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("# ");
    let lines = python.lines().filter(has_code).map(|line| {
        let code = line.trim_start();
        format!("{}{code}\n", " ".repeat((line.len() - code.len()) / 4))
    });
    lines.collect()
}

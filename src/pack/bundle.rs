//! The bundle: all files of the host as one run of bytes. The first is the host program, which writes out the others and
//! itself, so that the plain text around the bundle only has to decode, check and run it.
//! `record NUL record ...`, a record being `#MODE/path LF content`: a comment, so that the first can be run as it is.
//! Deliberately absent: owners and times (see [`File`]), compression.

use crate::render::{File, Files};

/// The bytes, and what lies where in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// What is compressed.
    pub bytes: Vec<u8>,
    /// The path of each file and where it ends, in the order of the bytes.
    pub parts: Vec<(String, usize)>,
}

/// Packs the files, `program` (the path of one of them) first. Then come the other programs, and the paths go backwards:
/// of the orders that were tried the smallest by one in a hundred, since what is alike lies close and the longest text
/// comes when most is still to be learned from it.
pub fn bundle(files: &Files, program: &str) -> Bundle {
    let mut order: Vec<&File> = files.iter().collect();
    order.sort_by_key(|file| (file.path == program, file.mode & 0o111 != 0, &file.path));
    let mut bundle = Bundle { bytes: Vec::new(), parts: Vec::new() };
    for file in order.into_iter().rev() {
        if !bundle.bytes.is_empty() {
            bundle.bytes.push(0);
        }
        bundle.bytes.extend(format!("#{:o}{}\n", file.mode, file.path).into_bytes());
        bundle.bytes.extend(&file.bytes);
        bundle.parts.push((file.path.clone(), bundle.bytes.len()));
    }
    bundle
}

//! What a build made: every file of the host with its checksum, the images, the budget, every file of the output.
//! The list of the output's own files is how the next build knows which files there are vpsgen's.

use super::budget::Budget;
use crate::render::{File, Files};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The content of manifest.json.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The host's name.
    pub host: String,
    /// Of the bundle inside the user-data, which the host checks before it runs any of it: lower-case hex.
    pub bundle_sha256: String,
    /// The files of the host, by path.
    pub files: Vec<Entry>,
    /// Service to image.
    pub images: BTreeMap<String, String>,
    /// The bytes of the paste.
    pub budget: Budget,
    /// Output-relative path to SHA-256, for every file of the output but the manifest.
    pub outputs: BTreeMap<String, String>,
}

/// One file of the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Absolute path on the host.
    pub path: String,
    /// Octal, four digits.
    pub mode: String,
    /// `user:group`.
    pub owner: &'static str,
    /// Bytes.
    pub size: usize,
    /// Lower-case hex.
    pub sha256: String,
}

/// What a later build reads back of a manifest.
#[derive(Debug, Deserialize)]
pub struct Written {
    /// As [`Manifest::outputs`].
    pub outputs: BTreeMap<String, String>,
}

/// The entries of all files.
pub fn entries(files: &Files) -> Vec<Entry> {
    let entry = |file: &File| Entry {
        path: file.path.clone(),
        mode: format!("{:04o}", file.mode),
        owner: "root:root",
        size: file.bytes.len(),
        sha256: sha256(&file.bytes),
    };
    files.iter().map(entry).collect()
}

/// SHA-256 in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

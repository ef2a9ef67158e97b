//! All files of one host's output, in memory.

use super::manifest::{Manifest, sha256};
use std::collections::BTreeMap;

/// The manifest's place in the output.
pub const MANIFEST: &str = "manifest.json";

/// The output of a build: what it packed, and what other stages add beside it (reports, DNS records, cloud commands).
#[derive(Clone, Debug)]
pub struct Artifact {
    manifest: Manifest,
    outputs: BTreeMap<String, Output>,
}

/// One file of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The content.
    pub bytes: Vec<u8>,
    /// Whether it is a program.
    pub executable: bool,
}

impl Artifact {
    pub(super) fn new(manifest: Manifest) -> Self {
        Self { manifest, outputs: BTreeMap::new() }
    }

    /// Adds a file at a path relative to the host's output directory, such as `oci/launch.sh`.
    ///
    /// # Panics
    /// When the path is taken, is `manifest.json`, or is not a plain relative path: the caller names its own files.
    pub fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.insert(path, Output { bytes: bytes.into(), executable: false });
    }

    /// Adds a program, as [`Artifact::add`].
    ///
    /// # Panics
    /// As [`Artifact::add`].
    pub fn add_program(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.insert(path, Output { bytes: bytes.into(), executable: true });
    }

    fn insert(&mut self, path: &str, output: Output) {
        let is_plain = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        assert!(is_plain && path != MANIFEST, "not a place for an output: {path:?}");
        self.manifest.outputs.insert(path.to_string(), sha256(&output.bytes));
        assert!(self.outputs.insert(path.to_string(), output).is_none(), "{path} is made twice");
    }

    /// The host's name, and the name of its directory in the output.
    pub fn host(&self) -> &str {
        &self.manifest.host
    }

    /// What was made. [`Manifest::budget`] is what the caller judges.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Every output but the manifest, by path.
    pub fn outputs(&self) -> &BTreeMap<String, Output> {
        &self.outputs
    }

    /// Whether the output has a file at this path.
    pub fn makes(&self, path: &str) -> bool {
        path == MANIFEST || self.outputs.contains_key(path)
    }

    /// The text of manifest.json, with everything that was added so far.
    pub fn manifest_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.manifest).expect("the manifest is plain data");
        text.push('\n');
        text
    }
}

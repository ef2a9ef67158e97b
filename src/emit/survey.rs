//! What lies in the output directory already: vpsgen's files, and everything else.
//! A file is vpsgen's if the manifest beside it lists it with the checksum it still has. Symbolic links are looked at,
//! never through. Deliberately absent: any change on the disk.

use super::error::{Doing, EmitError};
use crate::pack::{Artifact, MANIFEST, Written, sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The contents of an output directory, by paths relative to it.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// vpsgen's files, the manifest among them.
    pub ours: BTreeSet<PathBuf>,
    /// Files of a build that no longer have the checksum that it recorded.
    pub edited: BTreeSet<PathBuf>,
    /// Everything else but directories.
    pub foreign: BTreeSet<PathBuf>,
    /// Directories in which no build put anything, each before those inside it.
    pub foreign_directories: BTreeSet<PathBuf>,
}

/// Looks at a directory; one that is not there is empty.
pub(super) fn survey(root: &Path) -> Result<Survey, EmitError> {
    let mut survey = Survey::default();
    let recorded = recorded(root)?;
    let mut pending = vec![PathBuf::new()];
    while let Some(directory) = pending.pop() {
        for (path, is_directory) in entries(root, &directory)? {
            if is_directory {
                if !recorded.keys().any(|file| Path::new(file).starts_with(&path)) {
                    survey.foreign_directories.insert(path.clone());
                }
                pending.push(path);
            } else {
                survey.sort_in(root, path, &recorded)?;
            }
        }
    }
    Ok(survey)
}

impl Survey {
    fn sort_in(&mut self, root: &Path, path: PathBuf, recorded: &Recorded) -> Result<(), EmitError> {
        let kind = match path.to_str().and_then(|path| recorded.get(path)) {
            None => &mut self.foreign,
            Some(None) => &mut self.ours,
            Some(Some(checksum)) => match content(&root.join(&path))? {
                Some(bytes) if sha256(&bytes) == *checksum => &mut self.ours,
                _ => &mut self.edited,
            },
        };
        kind.insert(path);
        Ok(())
    }

    /// Refuses what a build would have to overwrite. What already is as the build would make it is no obstacle.
    pub fn admit(&mut self, root: &Path, artifact: &Artifact) -> Result<(), EmitError> {
        for paths in [&mut self.edited, &mut self.foreign] {
            for path in paths.iter().cloned().collect::<Vec<_>>() {
                let made = path.to_str().and_then(|path| artifact.outputs().get(path));
                if made.is_some() && content(&root.join(&path))?.as_ref() == made.map(|output| &output.bytes)
                {
                    paths.remove(&path);
                    self.ours.insert(path);
                }
            }
        }
        let full = |paths: Vec<&PathBuf>| paths.into_iter().map(|path| root.join(path)).collect::<Vec<_>>();
        if !self.edited.is_empty() {
            return Err(EmitError::Edited { paths: full(self.edited.iter().collect()) });
        }
        let in_the_way = full(self.in_the_way(artifact));
        if !in_the_way.is_empty() {
            return Err(EmitError::InTheWay { paths: in_the_way });
        }
        Ok(())
    }

    /// What no build wrote, and stands where the artifact has a file or needs a directory.
    fn in_the_way(&self, artifact: &Artifact) -> Vec<&PathBuf> {
        let made = || artifact.outputs().keys().map(String::as_str).chain([MANIFEST]).map(Path::new);
        let is_below_file = |path: &Path| made().any(|file| path.starts_with(file));
        let is_above_file = |path: &Path| made().any(|file| file.starts_with(path));
        let files = self.foreign.iter().filter(|path| is_below_file(path) || is_above_file(path));
        files.chain(self.foreign_directories.iter().filter(|path| is_below_file(path))).collect()
    }
}

/// Output-relative path to checksum. The manifest itself is vpsgen's without one, since nothing can hold its own.
type Recorded = BTreeMap<String, Option<String>>;

fn recorded(root: &Path) -> Result<Recorded, EmitError> {
    let path = root.join(MANIFEST);
    let Some(bytes) = content(&path)? else { return Ok(Recorded::new()) };
    let written: Written =
        serde_json::from_slice(&bytes).map_err(|source| EmitError::Manifest { path, source })?;
    let mut recorded: Recorded = written.outputs.into_iter().map(|(path, sum)| (path, Some(sum))).collect();
    recorded.insert(MANIFEST.to_string(), None);
    Ok(recorded)
}

/// The content of a regular file; nothing for anything else, or for what is not there.
pub(super) fn content(path: &Path) -> Result<Option<Vec<u8>>, EmitError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => fs::read(path).map(Some).doing("read", path),
        Ok(_) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).doing("look at", path),
    }
}

/// The entries of one directory below `root`, as paths relative to it, and whether each is a directory itself.
fn entries(root: &Path, directory: &Path) -> Result<Vec<(PathBuf, bool)>, EmitError> {
    let full = root.join(directory);
    let listing = match fs::read_dir(&full) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        listing => listing.doing("list", &full)?,
    };
    let mut found = Vec::new();
    for entry in listing {
        let entry = entry.doing("list", &full)?;
        let kind = entry.file_type().doing("look at", entry.path())?;
        found.push((directory.join(entry.file_name()), kind.is_dir()));
    }
    Ok(found)
}

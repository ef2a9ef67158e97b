//! The writing end: an artifact into `DIRECTORY/HOST`, all of it or nothing.
//! The output is at every moment entirely the old or entirely the new one, and a build never deletes or overwrites a
//! file that no build wrote. Deliberately absent: any opinion on what is in the artifact, and printing.

mod error;
mod exchange;
mod staging;
mod survey;

pub use error::EmitError;

use crate::pack::Artifact;
use error::Doing;
use staging::Staging;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What a build did to the output directory.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    /// `DIRECTORY/HOST`.
    pub path: PathBuf,
    /// Files that no build wrote, kept where they were; relative to `path`.
    pub kept: Vec<PathBuf>,
    /// Files of the last build that this one no longer makes; relative to `path`.
    pub removed: Vec<PathBuf>,
    /// Directories beside `path` that hold what somebody wrote into the output while a build replaced it.
    pub left_behind: Vec<PathBuf>,
}

/// Writes the artifact. A second build into the same directory waits for the first.
///
/// # Errors
/// In every case the output is whole: the old one, or the new one if only the old one's removal failed.
pub fn write(artifact: &Artifact, directory: &Path) -> Result<Written, EmitError> {
    let _lock = open(directory)?;
    let mut left_behind = exchange::recover(directory)?;
    let path = directory.join(artifact.host());
    expect_directory(&path)?;
    let mut survey = survey::survey(&path)?;
    survey.admit(&path, artifact)?;
    let staging = Staging::fill(directory, artifact, &path, &survey)?.commit()?;
    exchange::put_in_place(&staging, artifact.host(), &path)?;
    if !exchange::clear(&staging, directory)? {
        left_behind.push(staging);
    }
    let is_made = |file: &&PathBuf| file.to_str().is_some_and(|file| artifact.makes(file));
    Ok(Written {
        removed: survey.ours.iter().filter(|file| !is_made(file)).cloned().collect(),
        kept: survey.foreign.into_iter().collect(),
        path,
        left_behind,
    })
}

/// Makes sure of the directory and locks it; the lock goes with the value, and with the process.
fn open(directory: &Path) -> Result<File, EmitError> {
    expect_directory(directory)?;
    fs::create_dir_all(directory).doing("create", directory)?;
    let handle = File::open(directory).doing("open", directory)?;
    match handle.lock() {
        // Network file systems without locks: two builds at once are then the user's to avoid.
        Err(error) if error.kind() != ErrorKind::Unsupported => Err(error).doing("lock", directory),
        _ => Ok(handle),
    }
}

/// A directory, or nothing yet.
fn expect_directory(path: &Path) -> Result<(), EmitError> {
    // With a slash at its end a path would be looked at through a link.
    let path = &path.components().collect::<PathBuf>();
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(EmitError::Link { path: path.to_path_buf() }),
        Ok(metadata) if !metadata.is_dir() => Err(EmitError::NotDirectory { path: path.to_path_buf() }),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).doing("look at", path),
        _ => Ok(()),
    }
}

/// Writes one file that must not be there yet, with the directories above it. False if it was there: it is left alone.
///
/// # Errors
/// When a directory or the file can't be made or written.
pub fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<bool> {
    write_new_with_mode(path, bytes, 0o666)
}

/// The same, readable for its owner only.
///
/// # Errors
/// When a directory or the file can't be made or written.
pub fn write_new_private(path: &Path, bytes: &[u8]) -> std::io::Result<bool> {
    write_new_with_mode(path, bytes, 0o600)
}

fn write_new_with_mode(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<bool> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    match File::options().write(true).create_new(true).mode(mode).open(path) {
        Ok(mut file) => std::io::Write::write_all(&mut file, bytes).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}
#[cfg(test)]
mod tests;

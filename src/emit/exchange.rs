//! Putting the new output in the old one's place in one step, and finishing what a killed build left.
//! Where the file system cannot exchange two directories, two renames do, and the next build takes up a death between
//! them: the old output then waits in `previous/HOST` of the staging directory.

use super::error::{Doing, EmitError};
use super::staging::{INCOMPLETE, PREFIX, discard, remove_empty_directories};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Makes `target` the new output. Afterwards the staging directory holds the old one, if there was one.
pub(super) fn put_in_place(staging: &Path, host: &str, target: &Path) -> Result<(), EmitError> {
    let new = staging.join("new").join(host);
    if !target.exists() {
        fs::rename(&new, target).doing("write", target)?;
    } else {
        match renameat_with(CWD, &new, CWD, target, RenameFlags::EXCHANGE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rename_twice(staging, host, target)?,
            exchanged => exchanged.doing("write", target)?,
        }
    }
    let parent = target.parent().unwrap_or(target);
    File::open(parent).and_then(|parent| parent.sync_all()).doing("write", parent)
}

fn rename_twice(staging: &Path, host: &str, target: &Path) -> Result<(), EmitError> {
    let previous = staging.join("previous");
    fs::create_dir_all(&previous).doing("create", &previous)?;
    fs::rename(target, previous.join(host)).doing("write", target)?;
    fs::rename(staging.join("new").join(host), target).doing("write", target)
}

/// Takes up what killed builds left in `directory`. Returns the staging directories that still hold something that
/// exists nowhere else.
pub(super) fn recover(directory: &Path) -> Result<Vec<PathBuf>, EmitError> {
    let mut kept = Vec::new();
    for name in names(directory)?.into_iter().filter(|name| name.starts_with(PREFIX)) {
        let staging = directory.join(name);
        if staging.join(INCOMPLETE).exists() {
            fs::remove_dir_all(&staging).doing("remove", &staging)?;
        } else if !clear(&staging, directory)? {
            kept.push(staging);
        }
    }
    Ok(kept)
}

/// Puts a displaced output back if nothing took its place, and removes what is no longer needed.
/// Returns whether the staging directory is gone.
pub(super) fn clear(staging: &Path, directory: &Path) -> Result<bool, EmitError> {
    let mut is_empty = true;
    for host in names(&staging.join("previous"))? {
        if !directory.join(&host).exists() {
            let previous = staging.join("previous").join(&host);
            fs::rename(&previous, directory.join(&host)).doing("restore", directory.join(&host))?;
        }
    }
    for place in ["previous", "new"] {
        for host in names(&staging.join(place))? {
            is_empty &= discard(&staging.join(place).join(&host), &directory.join(&host))?;
        }
    }
    remove_empty_directories(staging);
    Ok(is_empty)
}

/// The names in a directory that are UTF-8, as vpsgen's are; none if there is no such directory.
fn names(directory: &Path) -> Result<Vec<String>, EmitError> {
    if !directory.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(directory).doing("list", directory)?;
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

//! The new output, whole and synced beside the old one before the two are exchanged, and what is left of the old one
//! afterwards. Deliberately absent: the exchange itself.
//!
//! A staging directory holds `new/HOST`, and `incomplete` as long as only this module knows what is in it.

use super::error::{Doing, EmitError};
use super::survey::{Survey, content, survey};
use crate::pack::{Artifact, MANIFEST, Output};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How the names of staging directories begin.
pub(super) const PREFIX: &str = ".vpsgen-";

/// Marks a staging directory that never took part in an exchange: all it holds is a copy or a link.
pub(super) const INCOMPLETE: &str = "incomplete";

/// A staging directory with the complete new output in it. Dropped, it disappears.
pub(super) struct Staging {
    directory: TempDir,
    host: String,
}

impl Staging {
    /// Writes the artifact, and links what the old output holds that no build wrote.
    pub fn fill(parent: &Path, artifact: &Artifact, old: &Path, survey: &Survey) -> Result<Self, EmitError> {
        let directory = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(parent)
            .doing("create a directory in", parent)?;
        let staging = Self { directory, host: artifact.host().to_string() };
        let marker = staging.directory.path().join(INCOMPLETE);
        File::create(&marker).doing("write", &marker)?;
        let root = staging.root();
        fs::create_dir_all(&root).doing("create", &root)?;
        for (path, output) in artifact.outputs() {
            write(&root.join(path), output)?;
        }
        let manifest = Output { bytes: artifact.manifest_json().into_bytes(), executable: false };
        write(&root.join(MANIFEST), &manifest)?;
        carry(old, &root, survey)?;
        sync_directories(staging.directory.path())?;
        Ok(staging)
    }

    /// Where the new output lies before the exchange, and the old one after it.
    pub fn root(&self) -> PathBuf {
        self.directory.path().join("new").join(&self.host)
    }

    /// Ends the time in which the whole directory may be thrown away, and gives its path.
    pub fn commit(self) -> Result<PathBuf, EmitError> {
        let marker = self.directory.path().join(INCOMPLETE);
        fs::remove_file(&marker).doing("remove", &marker)?;
        Ok(self.directory.keep())
    }
}

fn write(path: &Path, output: &Output) -> Result<(), EmitError> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).doing("create", parent)?;
    let mode = if output.executable { 0o777 } else { 0o666 };
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(mode).open(path).doing("write", path)?;
    file.write_all(&output.bytes).doing("write", path)?;
    file.sync_all().doing("write", path)
}

/// Hard links, so that a note that is open in an editor stays the same file; a copy where there are none.
fn carry(old: &Path, new: &Path, survey: &Survey) -> Result<(), EmitError> {
    for directory in &survey.foreign_directories {
        let (from, to) = (old.join(directory), new.join(directory));
        fs::create_dir_all(&to).doing("create", &to)?;
        let mode = fs::metadata(&from).doing("look at", &from)?.permissions().mode();
        fs::set_permissions(&to, Permissions::from_mode(mode | 0o700)).doing("write", &to)?;
    }
    for path in &survey.foreign {
        let (from, to) = (old.join(path), new.join(path));
        let parent = to.parent().unwrap_or(new);
        fs::create_dir_all(parent).doing("create", parent)?;
        fs::hard_link(&from, &to).or_else(|_| copy(&from, &to)).doing("keep", &from)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_symlink() {
        symlink(fs::read_link(from)?, to)
    } else if kind.is_file() {
        fs::copy(from, to)?;
        File::open(to)?.sync_all()
    } else {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "it is neither a file nor a link, and cannot be linked",
        ))
    }
}

fn sync_directories(directory: &Path) -> Result<(), EmitError> {
    for entry in fs::read_dir(directory).doing("list", directory)? {
        let entry = entry.doing("list", directory)?;
        if entry.file_type().doing("look at", entry.path())?.is_dir() {
            sync_directories(&entry.path())?;
        }
    }
    File::open(directory).and_then(|directory| directory.sync_all()).doing("write", directory)
}

/// Removes an old output, except for what exists nowhere else: a file that was written into it or changed while the
/// build ran. The manifest goes last, so that a removal that was killed can be taken up again.
/// Returns whether everything is gone.
pub(super) fn discard(old: &Path, current: &Path) -> Result<bool, EmitError> {
    let survey = survey(old)?;
    let manifest = Path::new(MANIFEST);
    for path in survey.ours.iter().filter(|path| *path != manifest) {
        fs::remove_file(old.join(path)).doing("remove", old.join(path))?;
    }
    let mut is_empty = true;
    for path in survey.edited.iter().chain(&survey.foreign) {
        if is_same(&old.join(path), &current.join(path))? {
            fs::remove_file(old.join(path)).doing("remove", old.join(path))?;
        } else {
            is_empty = false;
        }
    }
    if is_empty && survey.ours.contains(manifest) {
        fs::remove_file(old.join(manifest)).doing("remove", old.join(manifest))?;
    }
    remove_empty_directories(old);
    Ok(is_empty)
}

fn is_same(one: &Path, other: &Path) -> Result<bool, EmitError> {
    use std::os::unix::fs::MetadataExt;
    let (Ok(first), Ok(second)) = (fs::symlink_metadata(one), fs::symlink_metadata(other)) else {
        return Ok(false);
    };
    if (first.dev(), first.ino()) == (second.dev(), second.ino()) {
        return Ok(true);
    }
    if first.is_symlink() && second.is_symlink() {
        return Ok(fs::read_link(one).doing("read", one)? == fs::read_link(other).doing("read", other)?);
    }
    let bytes = content(one)?;
    Ok(bytes.is_some() && bytes == content(other)?)
}

/// What is not empty stays, and that is what it is for.
pub(super) fn remove_empty_directories(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty_directories(&entry.path());
        }
    }
    let _ = fs::remove_dir(directory);
}

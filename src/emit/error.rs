//! Why an output could not be written, each with what to do about it. In every case the previous output is whole.

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use thiserror::Error;

/// A failure of the writing end.
#[derive(Debug, Error)]
pub enum EmitError {
    /// The system refused.
    #[error("cannot {action} {}", path.display())]
    System {
        /// What was tried: `write`, `read`, ...
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A directory of the output is a symbolic link, and what it leads to is nobody's choice.
    #[error("{} is a symbolic link", path.display())]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// Something else stands where a directory of the output belongs.
    #[error("{} is not a directory", path.display())]
    NotDirectory {
        /// What stands there.
        path: PathBuf,
    },
    /// There is a manifest.json that no build wrote, so nothing says which files are vpsgen's.
    #[error("{} is not a manifest that vpsgen wrote", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Files of the last build were edited; writing would lose the edits.
    #[error("changed since the last build wrote it: {}", listed(paths))]
    Edited {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// Files that no build wrote are where this build has files of its own.
    #[error("not written by vpsgen, and in the way: {}", listed(paths))]
    InTheWay {
        /// The files.
        paths: Vec<PathBuf>,
    },
}

impl EmitError {
    /// What the user can do, one sentence for the `help` line.
    pub fn help(&self) -> &'static str {
        match self {
            Self::System { source, .. } => help_for(source.kind()),
            Self::Link { .. } => "give the real directory as the output, or remove the link",
            Self::NotDirectory { .. } => "move it away, or choose another output directory",
            Self::Manifest { .. } => {
                "move the directory that it lies in away, or choose another output directory"
            }
            Self::Edited { .. } => {
                "move your version away or delete it, then build again; what should last belongs in the blueprint"
            }
            Self::InTheWay { .. } => "move it away, or choose another output directory",
        }
    }
}

fn help_for(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "make the directory writable for you, or choose another output directory"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "free some space, or choose an output directory on another disk; the previous output is untouched"
        }
        _ => "choose another output directory; the previous output is untouched",
    }
}

/// The first few, because an edited tree can be long.
fn listed(paths: &[PathBuf]) -> String {
    const SHOWN: usize = 5;
    let mut text =
        paths.iter().take(SHOWN).map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    if paths.len() > SHOWN {
        text.push_str(&format!(" and {} more", paths.len() - SHOWN));
    }
    text
}

/// Names what was being done and to what, for an error of the system.
pub(super) trait Doing<T> {
    /// Wraps the error.
    fn doing(self, action: &'static str, path: impl Into<PathBuf>) -> Result<T, EmitError>;
}

impl<T, E: Into<io::Error>> Doing<T> for Result<T, E> {
    fn doing(self, action: &'static str, path: impl Into<PathBuf>) -> Result<T, EmitError> {
        self.map_err(|source| EmitError::System { action, path: path.into(), source: source.into() })
    }
}

//! `vpsgen init`: the shipped blueprints as files. Never overwrites.

use super::{Failure, print};
use crate::{emit, load};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where the files go
    #[arg(default_value = ".")]
    directory: PathBuf,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    for (path, bytes) in load::shipped() {
        let target = options.directory.join(path);
        let is_new = emit::write_new(&target, bytes).map_err(|error| {
            Failure::Environment(format!(
                "can't write {}: {error}; nothing that was there has changed",
                target.display()
            ))
        })?;
        let what = if is_new { "wrote" } else { "kept what is there already:" };
        print(&format!("{what} {}\n", target.display()))?;
    }
    Ok(())
}

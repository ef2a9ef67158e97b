//! `vpsgen keygen`: the key that recovers a host. Never overwrites one.

use super::{Failure, print};
use crate::{emit, owner};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where its private part goes; keep copies of it off the host
    #[arg(default_value = "recovery.key")]
    file: PathBuf,
    /// Protect it by nothing but its place
    #[arg(long)]
    no_passphrase: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let file = options.file.display();
    let key = owner::generate(!options.no_passphrase).map_err(Failure::of)?;
    let is_new = emit::write_new_private(&options.file, &key.file)
        .map_err(|error| Failure::Environment(format!("can't write {file}: {error}")))?;
    if !is_new {
        return Err(Failure::Usage(format!(
            "{file} is there already, and stays as it is: name another file"
        )));
    }
    print(&format!(
        "wrote {file}; put its public part into the blueprint:\naccess: {{recovery: {}}}\n",
        key.recipient
    ))
}

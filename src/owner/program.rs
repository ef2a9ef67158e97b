//! Runs a program of the owner's machine: bytes in, bytes out, its own words to the terminal. It may ask there, for
//! instance for a passphrase.

use std::io::Write;
use std::process::{Command, Stdio};

/// What a program did instead of its work.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It isn't installed.
    #[error("{program} could not be started ({cause}): install it")]
    Missing {
        /// Its name.
        program: String,
        /// The system's word.
        cause: std::io::Error,
    },
    /// It ended with an error, which it has said itself.
    #[error("{program} failed")]
    Failed {
        /// Its name.
        program: String,
    },
}

/// What the program prints.
pub fn run(program: &str, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, ProgramError> {
    let missing = |cause| ProgramError::Missing { program: program.into(), cause };
    let mut command = Command::new(program);
    let mut child =
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(missing)?;
    // One that ends early has said why, and its exit code tells.
    let written = child.stdin.take().map(|mut pipe| pipe.write_all(input));
    let output = child.wait_with_output().map_err(missing)?;
    match output.status.success() && written.is_none_or(|result| result.is_ok()) {
        true => Ok(output.stdout),
        false => Err(ProgramError::Failed { program: program.into() }),
    }
}

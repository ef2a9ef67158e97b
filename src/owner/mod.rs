//! What the owner does with a host that runs, from their own machine: makes the key that recovers it, hands it its seed
//! and what only they know, derives the passwords that they log in with. The programs that they have anyway do the work: `age` opens, `ssh` reaches. No secret comes
//! into a command's arguments or onto the disk; nothing here knows a blueprint.

mod connection;
mod derivation;
mod program;
mod recovery;

pub use connection::{Address, Connection};
pub use derivation::{Seed, of_user};
pub use program::ProgramError;
pub use recovery::{RecoveryKey, copies, generate, open};

/// Why something could not be done with a host.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// A program is missing or failed.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// The destination can't be one.
    #[error("{0} is no host: name it as ssh does, [USER@]HOST")]
    Destination(String),
    /// Somebody else may be answering.
    #[error(
        "{host} has another key than {wanted}; it showed {shown}. Nothing was sent. Compare with the console of the instance"
    )]
    OtherKey {
        /// Whom it was asked for.
        host: String,
        /// The fingerprint that the owner gave.
        wanted: String,
        /// The fingerprints that were shown.
        shown: String,
    },
    /// Nobody answers there as SSH does.
    #[error("{host} showed no key: is it up, and is the port right?")]
    NoKey {
        /// Whom it was asked for.
        host: String,
    },
    /// A temporary file for the pinned key.
    #[error("can't keep the host's key for ssh: {0}")]
    Pin(std::io::Error),
    /// What was opened isn't what a host sealed.
    #[error("the sealed copy holds no seed")]
    NoSeed,
    /// The seed of another host gives passwords that are nobody's.
    #[error("the seed is that of the host {found}, and the blueprint describes {wanted}")]
    OtherHost {
        /// The blueprint's host.
        wanted: String,
        /// The seed's host.
        found: String,
    },
    /// There is nothing to open.
    #[error("there is no sealed copy of a seed in it")]
    NoSealedCopy,
}

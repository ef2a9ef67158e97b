//! The owner's recovery key, and what is sealed for it: the seed of a host. `age` does all of it; what it opens stays in
//! memory.

use super::{OwnerError, program};
use std::path::Path;

/// A new key.
pub struct RecoveryKey {
    /// What goes into the blueprint as `access.recovery`.
    pub recipient: String,
    /// The file that the owner keeps: the private part, under a passphrase unless that was declined.
    pub file: Vec<u8>,
}

/// Makes a key. age asks for its passphrase on the terminal.
pub fn generate(with_passphrase: bool) -> Result<RecoveryKey, OwnerError> {
    let identity = program::run("age-keygen", &[], b"")?;
    let recipient = program::run("age-keygen", &["-y"], &identity)?;
    let recipient = String::from_utf8_lossy(&recipient).trim().to_string();
    let file = match with_passphrase {
        true => program::run("age", &["--encrypt", "--armor", "--passphrase"], &identity)?,
        false => identity,
    };
    Ok(RecoveryKey { recipient, file })
}

const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";

/// The sealed copies in a text, each once.
pub fn copies(text: &str) -> Result<Vec<String>, OwnerError> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split(BEGIN).skip(1) {
        let copy = part.split(END).next().unwrap_or_default();
        let copy = format!("{BEGIN}{copy}{END}\n");
        if !found.contains(&copy) {
            found.push(copy);
        }
    }
    if found.is_empty() { Err(OwnerError::NoSealedCopy) } else { Ok(found) }
}

/// What a copy holds, with the owner's key file.
pub fn open(copy: &str, key: &Path) -> Result<Vec<u8>, OwnerError> {
    let key = key.to_string_lossy();
    Ok(program::run("age", &["--decrypt", "--identity", &key], copy.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_told_apart() {
        let (one, two) = (format!("{BEGIN}\nAAAA\n{END}\n"), format!("{BEGIN}\nBBBB\n{END}\n"));
        assert_eq!(copies(&format!("{one}{two}\n{one}")).expect("two"), [one, two]);
        assert!(matches!(copies("nothing"), Err(OwnerError::NoSealedCopy)));
    }
}

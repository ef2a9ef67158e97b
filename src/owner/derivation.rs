//! What follows from a seed, as the host derives it too: HKDF-SHA256 without salt, whose info is each part after its
//! length in two bytes. The vectors of the tests are frozen, and the host's program is held to the same ones.

use super::OwnerError;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::num::NonZeroU8;

/// The seed of a host, opened.
pub struct Seed([u8; 32]);

impl Seed {
    /// What a sealed copy holds: `vpsgen-seed-v1 HOST SEED`. A host other than the expected one is refused.
    pub fn read(opened: &[u8], host: &str) -> Result<Self, OwnerError> {
        let text = std::str::from_utf8(opened).map_err(|_| OwnerError::NoSeed)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let ["vpsgen-seed-v1", name, digits] = words[..] else { return Err(OwnerError::NoSeed) };
        if name != host {
            return Err(OwnerError::OtherHost { wanted: host.into(), found: name.into() });
        }
        bytes(digits).map(Self).ok_or(OwnerError::NoSeed)
    }

    /// The key of one purpose, as long as `key`.
    fn derive(&self, parts: [&str; 4], key: &mut [u8]) {
        let mut info = Vec::new();
        for part in ["vpsgen/v1"].into_iter().chain(parts) {
            info.extend((part.len() as u16).to_be_bytes());
            info.extend(part.as_bytes());
        }
        // Only what is longer than 255 blocks can't be derived.
        let derived = Hkdf::<Sha256>::new(None, &self.0).expand(&info, key);
        debug_assert!(derived.is_ok());
    }

    /// The text of a secret in one of its generations.
    pub fn password(&self, owner: &str, name: &str, generation: NonZeroU8) -> String {
        let mut key = [0; 16];
        self.derive(["password", owner, name, &generation.to_string()], &mut key);
        hexadecimal(&key)
    }
}

/// What is derived from a secret for one user: half of the HMAC of the name.
pub fn of_user(secret: &str, user: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(user.as_bytes());
    Some(hexadecimal(&mac.finalize().into_bytes()[..16]))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn vectors() -> (Seed, Value) {
        let vectors: Value =
            serde_json::from_str(include_str!("../../tests/host/vectors.json")).expect("JSON");
        (Seed(bytes(text(&vectors["seed"])).expect("a seed")), vectors)
    }

    fn text(value: &Value) -> &str {
        value.as_str().expect("text")
    }

    #[test]
    fn vectors_are_those_of_the_host() {
        let (seed, vectors) = vectors();
        for vector in vectors["keys"].as_array().expect("keys") {
            let parts: Vec<&str> =
                vector["info"].as_array().expect("parts").iter().skip(1).map(text).collect();
            let mut key = vec![0; text(&vector["key"]).len() / 2];
            seed.derive(parts.try_into().expect("four parts"), &mut key);
            assert_eq!(hexadecimal(&key), text(&vector["key"]), "{vector}");
        }
        for vector in vectors["passwords"].as_array().expect("passwords") {
            let generation = vector["generation"].as_str().unwrap_or("1").parse().expect("a generation");
            let password = seed.password(text(&vector["owner"]), text(&vector["name"]), generation);
            assert_eq!(password, text(&vector["password"]), "{vector}");
        }
    }

    /// From `openssl dgst -sha256 -hmac key`.
    #[test]
    fn a_user_s_password_is_that_of_openssl() {
        assert_eq!(of_user("key", "eve@example.com").map(|it| it.len()), Some(32));
        assert_eq!(
            of_user("key", "The quick brown fox jumps over the lazy dog").as_deref(),
            Some("f7bc83f430538424b13298e6aa6fb143")
        );
    }

    #[test]
    fn a_seed_is_that_of_the_host_that_was_meant() {
        let digits = "00".repeat(32);
        assert!(Seed::read(format!("vpsgen-seed-v1 box {digits}\n").as_bytes(), "box").is_ok());
        assert!(matches!(
            Seed::read(format!("vpsgen-seed-v1 box {digits}").as_bytes(), "other"),
            Err(OwnerError::OtherHost { .. })
        ));
        for text in ["", "vpsgen-seed-v1 box 00", "vpsgen-seed-v2 box 00", "\u{e9}"] {
            assert!(matches!(Seed::read(text.as_bytes(), "box"), Err(OwnerError::NoSeed)), "{text}");
        }
    }
}

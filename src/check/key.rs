//! Public keys: which ones a program that will read them accepts. Text in, a sentence out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// age refuses smaller RSA keys; so does the security of what they protect.
const MINIMUM_RSA_BITS: usize = 2048;

/// Whether `age -r` takes this recipient: `age1...` (X25519), `ssh-ed25519 ...` or `ssh-rsa ...`.
/// Tried with age 1.1.1: ECDSA, security keys and keys behind options are refused or silently left out.
pub(super) fn age_recipient(text: &str) -> Result<(), String> {
    if text.starts_with("AGE-SECRET-KEY-") {
        return Err(
            "this is the private key; the blueprint takes the public one, which begins with `age1`".into()
        );
    }
    if text.starts_with("age1") {
        return x25519_recipient(text);
    }
    match text.split_ascii_whitespace().next() {
        Some("ssh-ed25519" | "ssh-rsa") => ssh_key(text),
        Some(kind) if kind.starts_with("ecdsa-") || kind.starts_with("sk-") => {
            Err(format!("age can't seal to {kind} keys"))
        }
        _ => Err("this is no recipient that age can use".into()),
    }
}

fn x25519_recipient(text: &str) -> Result<(), String> {
    let (prefix, data) = bech32::decode(text).map_err(|_| "the checksum of this age recipient is wrong")?;
    if prefix.as_str() != "age" || data.len() != 32 {
        return Err("this is no X25519 recipient of age".into());
    }
    Ok(())
}

/// Whether sshd takes this line of authorized_keys: one key without options.
pub(super) fn ssh_key(text: &str) -> Result<(), String> {
    const KINDS: [&str; 7] = [
        "ssh-ed25519",
        "ssh-rsa",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    ];
    if text.chars().any(char::is_control) {
        return Err("an SSH key is one line".into());
    }
    let mut words = text.split_ascii_whitespace();
    let kind = words.next().unwrap_or_default();
    if !KINDS.contains(&kind) {
        return Err("an SSH public key begins with its kind, such as ssh-ed25519, without options".into());
    }
    let blob =
        words.next().and_then(|word| STANDARD.decode(word).ok()).ok_or("the key's text is no base64")?;
    let mut fields = Fields(&blob);
    if fields.next() != Some(kind.as_bytes()) {
        return Err("the key's text is of another kind, or cut off".into());
    }
    match kind {
        "ssh-ed25519" if fields.next().is_none_or(|key| key.len() != 32) => Err("the key is cut off".into()),
        "ssh-rsa" => rsa_size(&mut fields),
        _ => Ok(()),
    }
}

fn rsa_size(fields: &mut Fields<'_>) -> Result<(), String> {
    let (_exponent, modulus) = (fields.next(), fields.next());
    let modulus = modulus.ok_or("the key is cut off")?;
    let bits = modulus.iter().skip_while(|byte| **byte == 0).count() * 8;
    if bits < MINIMUM_RSA_BITS {
        return Err(format!("an RSA key has at least {MINIMUM_RSA_BITS} bits, this one has {bits}"));
    }
    Ok(())
}

/// The length-prefixed strings of an SSH key (RFC 4253, section 6.6).
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (field, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        self.0 = rest;
        Some(field)
    }
}

/// Whether a text is one ASCII-armored GnuPG public key block.
pub(super) fn gpg_public_key(text: &str) -> Result<(), String> {
    let text = text.trim();
    let is_block = text.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----")
        && text.ends_with("-----END PGP PUBLIC KEY BLOCK-----");
    if text.contains("PRIVATE KEY") {
        return Err("this is a private key; export the public one with `gpg --armor --export`".into());
    }
    if is_block {
        Ok(())
    } else {
        Err("a recipient is an armored public key: `gpg --armor --export ADDRESS`".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHn9pOtJGcBLNSNgqRnyoVBn3xv1Mtft3qJdnkcLoAx5 me@home";
    const AGE: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    #[test]
    fn age_takes_its_own_and_two_kinds_of_ssh_keys() {
        assert_eq!(age_recipient(AGE), Ok(()));
        assert_eq!(age_recipient(ED25519), Ok(()));
        for text in [
            "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q",
            "AGE-SECRET-KEY-1QQQ",
            "ecdsa-sha2-nistp256 AAAA",
            "sk-ssh-ed25519@openssh.com AAAA",
            "from=\"10.0.0.1\" ssh-ed25519 AAAA",
            "me@example.com",
            "",
        ] {
            assert!(age_recipient(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ssh_keys_are_whole() {
        assert_eq!(ssh_key(ED25519), Ok(()));
        for text in
            ["ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIHn9", "ssh-ed25519 A\nB"]
        {
            assert!(ssh_key(text).is_err(), "{text}");
        }
    }
}

//! SSH to a host whose key the owner has pinned: by the fingerprint that the instance's console shows, or by their own
//! known_hosts. To a host that is neither, nothing is sent. Users, ports and keys are those of the owner's ssh settings.

use super::{OwnerError, program};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};
use std::io::Write;
use tempfile::NamedTempFile;

/// Where a host is, and how it is known.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// As ssh takes it: `[USER@]HOST`.
    pub destination: &'a str,
    /// Another port than that of the settings.
    pub port: Option<u16>,
    /// The fingerprint of one of its keys, `SHA256:` and base64, as `ssh-keygen -l` prints it.
    pub fingerprint: Option<&'a str>,
}

/// A host whose key is pinned.
#[derive(Debug)]
pub struct Connection {
    options: Vec<String>,
    destination: String,
    // Kept until the last command has run.
    _pinned: Option<NamedTempFile>,
}

impl Connection {
    /// Looks for the pinned key among those that the host shows. Without a fingerprint, ssh itself will refuse a host
    /// that isn't known.
    pub fn to(address: Address<'_>) -> Result<Self, OwnerError> {
        let Address { destination, port, fingerprint } = address;
        let host = destination.rsplit('@').next().unwrap_or_default();
        if host.is_empty() || destination.starts_with('-') || destination.contains(char::is_whitespace) {
            return Err(OwnerError::Destination(destination.into()));
        }
        let mut options = vec!["-T".into(), "-oStrictHostKeyChecking=yes".into()];
        options.extend(port.map(|port| format!("-p{port}")));
        let pinned = fingerprint.map(|wanted| pin(host, port, wanted)).transpose()?;
        if let Some(file) = &pinned {
            options.push(format!("-oUserKnownHostsFile={}", file.path().display()));
            options.push("-oGlobalKnownHostsFile=/dev/null".into());
        }
        Ok(Self { options, destination: destination.into(), _pinned: pinned })
    }

    /// What a command on the host prints. Its input is never shown.
    pub fn run(&self, command: &str, input: &[u8]) -> Result<Vec<u8>, OwnerError> {
        let mut arguments: Vec<&str> = self.options.iter().map(String::as_str).collect();
        arguments.extend(["--", &self.destination, command]);
        Ok(program::run("ssh", &arguments, input)?)
    }
}

/// A file of known hosts with the one key that the owner means.
fn pin(host: &str, port: Option<u16>, wanted: &str) -> Result<NamedTempFile, OwnerError> {
    let port = port.unwrap_or(22).to_string();
    let shown = program::run("ssh-keyscan", &["-T", "20", "-p", &port, "--", host], b"")?;
    let shown = String::from_utf8_lossy(&shown);
    let lines = || shown.lines().filter(|line| !line.starts_with('#'));
    let Some(line) = lines().find(|line| fingerprint(line).as_deref() == Some(wanted)) else {
        let shown = lines().filter_map(fingerprint).collect::<Vec<_>>().join(", ");
        let (host, wanted) = (host.into(), wanted.into());
        return Err(match shown.is_empty() {
            true => OwnerError::NoKey { host },
            false => OwnerError::OtherKey { host, wanted, shown },
        });
    };
    let mut file = NamedTempFile::new().map_err(OwnerError::Pin)?;
    writeln!(file, "{line}").map_err(OwnerError::Pin)?;
    Ok(file)
}

/// Of a line of known_hosts: `HOST KIND KEY`.
fn fingerprint(line: &str) -> Option<String> {
    let key = STANDARD.decode(line.split_whitespace().nth(2)?).ok()?;
    Some(format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From `ssh-keygen -l`.
    #[test]
    fn a_fingerprint_is_that_of_ssh() {
        let line = "host ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
        assert_eq!(fingerprint(line).as_deref(), Some("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"));
        assert_eq!(fingerprint("# a comment"), None);
    }

    #[test]
    fn a_destination_is_no_option() {
        for destination in ["-oProxyCommand=x", "", "user@", "a b"] {
            let address = Address { destination, port: None, fingerprint: None };
            assert!(matches!(Connection::to(address), Err(OwnerError::Destination(_))), "{destination}");
        }
    }
}

//! `vpsgen unlock` and `vpsgen secret set`: what a host that runs gets from its owner, over SSH, and only if its key is
//! the pinned one; and where `vpsgen credentials` has sealed copies from.

use super::{Failure, print};
use crate::load;
use crate::owner::{self, Address, Connection};
use clap::{Args, Subcommand};
use std::io::Read;
use std::path::PathBuf;

/// Which host, and how it is known.
#[derive(Debug, Args)]
pub(super) struct Host {
    /// The host as ssh takes it, with or without a user before an @
    host: String,
    /// The fingerprint of its key, from the instance's console; not needed if your known_hosts has it
    #[arg(long, value_name = "SHA256:...")]
    host_key: Option<String>,
    /// Another port than your ssh settings have
    #[arg(long)]
    port: Option<u16>,
}

impl Host {
    fn connect(&self) -> Result<Connection, Failure> {
        let address =
            Address { destination: &self.host, port: self.port, fingerprint: self.host_key.as_deref() };
        Connection::to(address).map_err(Failure::of)
    }
}

/// Where sealed copies of a seed are.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// A file with a sealed copy of the seed
    #[arg(long, value_name = "FILE", conflicts_with = "host", required_unless_present = "host")]
    sealed: Option<PathBuf>,
    /// The host, as ssh takes it, whose volumes have sealed copies
    #[arg(long)]
    host: Option<String>,
    /// The fingerprint of its key, from the instance's console; not needed if your known_hosts has it
    #[arg(long, value_name = "SHA256:...")]
    host_key: Option<String>,
    /// Another port than your ssh settings have
    #[arg(long)]
    port: Option<u16>,
}

/// The sealed copies that a source has.
pub(super) fn sealed(source: &Source) -> Result<String, Failure> {
    let Source { sealed, host, host_key, port } = source;
    match (sealed, host) {
        (None, Some(host)) => {
            copies(&Host { host: host.clone(), host_key: host_key.clone(), port: *port }.connect()?)
        }
        (Some(path), _) => load::text(path).map_err(|error| Failure::Environment(error.to_string())),
        (None, None) => {
            Err(Failure::Usage("say where a sealed copy is: --sealed FILE or --host HOST".into()))
        }
    }
}

/// The sealed copies that a host has.
fn copies(connection: &Connection) -> Result<String, Failure> {
    let printed = connection.run("sudo vpsctl sealed", b"").map_err(Failure::of)?;
    Ok(String::from_utf8_lossy(&printed).into_owned())
}

#[derive(Debug, Args)]
pub(super) struct Unlock {
    #[command(flatten)]
    host: Host,
    /// Your recovery key, as `vpsgen keygen` wrote it, or an SSH key that the host was built with
    #[arg(short, long, value_name = "FILE", default_value = "recovery.key")]
    identity: PathBuf,
    /// A sealed copy of the seed; if none is given, those on the host's volumes
    #[arg(long, value_name = "FILE")]
    sealed: Option<PathBuf>,
}

pub(super) fn unlock(options: &Unlock) -> Result<(), Failure> {
    let connection = options.host.connect()?;
    let text = match &options.sealed {
        Some(path) => load::text(path).map_err(|error| Failure::Environment(error.to_string()))?,
        None => copies(&connection)?,
    };
    let mut failure = owner::OwnerError::NoSealedCopy;
    for copy in owner::copies(&text).map_err(Failure::of)? {
        let sent = owner::open(&copy, &options.identity)
            .and_then(|seed| connection.run("sudo vpsctl unlock", &seed));
        match sent {
            Ok(_) => return print("the host has its seed and goes on; see `vpsctl status`\n"),
            Err(error) => failure = error,
        }
    }
    Err(Failure::of(failure))
}

#[derive(Debug, Subcommand)]
pub(super) enum Secret {
    /// Give the host a secret, from standard input
    #[command(after_help = "Example: vpsgen secret set ubuntu@203.0.113.7 given/rclone < rclone.conf")]
    Set {
        #[command(flatten)]
        host: Host,
        /// Its name, as `vpsctl status` says it
        name: String,
    },
}

pub(super) fn secret(Secret::Set { host, name }: &Secret) -> Result<(), Failure> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-/.".contains(&byte)) {
        return Err(Failure::Usage(format!("{name} is no secret's name: see `vpsctl status`")));
    }
    let mut value = Vec::new();
    std::io::stdin()
        .read_to_end(&mut value)
        .map_err(|error| Failure::Environment(format!("can't read standard input: {error}")))?;
    host.connect()?.run(&format!("sudo vpsctl secret set {name}"), &value).map_err(Failure::of)?;
    print(&format!("the host has {name} and goes on; see `vpsctl status`\n"))
}

//! `vpsgen credentials`: what the owner logs in with, from a sealed copy of the seed. Which of a service's passwords are
//! logins is the blueprint's matter. Prints on a terminal only, unless told otherwise.

use super::input::Outcome;
use super::remote::{Source, sealed};
use super::{BlueprintOptions, Failure, print, table};
use crate::host::{Host, Login};
use crate::owner::{self, Seed};
use clap::Args;
use std::io::IsTerminal;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    blueprint: BlueprintOptions,
    #[command(flatten)]
    source: Source,
    /// Your recovery key, as `vpsgen keygen` wrote it
    #[arg(short, long, value_name = "FILE", default_value = "recovery.key")]
    identity: PathBuf,
    /// Print where no terminal is, too: into a file or another program
    #[arg(long)]
    anywhere: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    // Before anything secret is opened.
    if !options.anywhere && !std::io::stdout().is_terminal() {
        return Err(Failure::Usage("passwords are printed on a terminal only, or with --anywhere".into()));
    }
    let outcome = Outcome::of(&options.blueprint)?;
    let host = outcome.compiled.as_ref().and_then(|compiled| compiled.host.as_ref());
    let Some(host) = host.filter(|_| outcome.is_good()) else {
        return outcome.finish(|_| super::input::Printed::Text(String::new()));
    };
    print(&credentials(host, &open(options, host)?))
}

/// The first copy that the key opens to this host's seed.
fn open(options: &Options, host: &Host) -> Result<Seed, Failure> {
    let mut failure = owner::OwnerError::NoSealedCopy;
    for copy in owner::copies(&sealed(&options.source)?).map_err(Failure::of)? {
        let opened = owner::open(&copy, &options.identity);
        match opened.and_then(|opened| Seed::read(&opened, host.name.as_str())) {
            Ok(seed) => return Ok(seed),
            Err(error) => failure = error,
        }
    }
    Err(Failure::of(failure))
}

fn credentials(host: &Host, seed: &Seed) -> String {
    let row = |service: &str, login: &Login| {
        let (owner, name) = login.secret.parts();
        let secret = seed.password(owner, name, login.generation);
        let user = login.user.clone().unwrap_or_default();
        let password = if login.is_derived { owner::of_user(&secret, &user) } else { Some(secret) };
        vec![service.to_string(), login.name.to_string(), user, password.unwrap_or_default()]
    };
    let mut rows = Vec::new();
    for service in host.services() {
        rows.extend(service.logins.iter().map(|login| row(service.name.as_str(), login)));
    }
    table::render(&["SERVICE", "LOGIN", "USER", "PASSWORD"], &rows)
}

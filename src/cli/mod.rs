//! The command line: one file per command. Results go to standard output, everything else to standard error.
//! No decision about a host is made here.

mod audit;
mod build;
mod check;
mod credentials;
mod explain;
mod generate;
mod init;
mod input;
mod keygen;
mod remote;
mod show;
mod table;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The blueprint is wrong; the report has been printed.
    #[error("the blueprint is wrong")]
    Blueprint,
    /// The command can't be meant as it was given.
    #[error("{0}")]
    Usage(String),
    /// Something around the program failed: a disk, a permission.
    #[error("{0}")]
    Environment(String),
}

impl Failure {
    /// Of what an owner's program or a host did.
    fn of(error: crate::owner::OwnerError) -> Self {
        Self::Environment(error.to_string())
    }

    /// The exit code: 1 the blueprint, 2 the usage, 3 the environment.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Blueprint => 1,
            Self::Usage(_) => 2,
            Self::Environment(_) => 3,
        }
    }
}

#[derive(Debug, Parser)]
#[command(
    name = "vpsgen",
    version,
    about = "Compiles one YAML blueprint into the user-data of a whole self-hosted server",
    after_help = "Examples:\n  \
        vpsgen build                                  the full design into output/oracle-vps/\n  \
        vpsgen build -O overlays/small.yaml           the same with an overlay\n  \
        vpsgen check my-server.yaml --strict          every mistake, warnings included\n  \
        vpsgen show budget                            what takes the room in the paste\n  \
        vpsgen explain zone-crossing                  what a message means\n  \
        vpsgen explain volumes.mail.size           where a value comes from\n\n\
        Exit codes: 0 fine, 1 the blueprint is wrong, 2 usage, 3 the environment failed."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compile a blueprint into its artifact
    #[command(after_help = "Example: vpsgen build my-server.yaml -O home.yaml -o /tmp/out")]
    Build(build::Options),
    /// Report every mistake of a blueprint, and write nothing
    #[command(after_help = "Example: vpsgen check --format json | jq '.diagnostics[].code'")]
    Check(check::Options),
    /// Print what a blueprint comes to
    #[command(after_help = "Example: vpsgen show ports --format json")]
    Show(show::Options),
    /// Say who could reach what, and what an attacker who holds a service would have
    #[command(after_help = "Example: vpsgen audit --format dot | dot -Tsvg > audit.svg")]
    Audit(audit::Options),
    /// Explain a message by its code, or say where a value comes from
    #[command(after_help = "Examples: vpsgen explain duplicate-port\n          vpsgen explain host.domain")]
    Explain(explain::Options),
    /// Write the shipped blueprints and overlays into a directory, as a start for your own
    #[command(after_help = "Example: vpsgen init my-host")]
    Init(init::Options),
    /// Make the key that recovers a host: its public part goes into the blueprint, its private part stays with you
    #[command(after_help = "Example: vpsgen keygen ~/keys/my-server.key")]
    Keygen(keygen::Options),
    /// Give a rebuilt host the seed of its volumes
    #[command(
        after_help = "Example: vpsgen unlock ubuntu@203.0.113.7 --host-key SHA256:... -i ~/keys/my-server.key"
    )]
    Unlock(remote::Unlock),
    /// Print what you log in with: the passwords of applications and mail accounts, derived from a sealed seed
    #[command(after_help = "Example: vpsgen credentials --host ubuntu@203.0.113.7 -i ~/keys/my-server.key")]
    Credentials(credentials::Options),
    /// Give a host what only you know
    #[command(subcommand)]
    Secret(remote::Secret),
    /// Print the JSON Schema of the language, for editors
    Schema,
    /// Print the completions of a shell
    Completions(generate::Completions),
    /// Print the manual page
    Man,
}

/// What every command takes that reads a blueprint.
#[derive(Clone, Debug, Args)]
struct BlueprintOptions {
    /// The blueprint
    #[arg(default_value = "blueprints/oracle-vps.yaml")]
    blueprint: PathBuf,
    #[command(flatten)]
    reading: ReadingOptions,
}

/// How a blueprint is read and reported.
#[derive(Clone, Debug, Args)]
struct ReadingOptions {
    /// A file that is laid over the blueprint; can be given several times, the last wins
    #[arg(short = 'O', long = "overlay", value_name = "FILE")]
    overlays: Vec<PathBuf>,
    /// Let warnings fail, too
    #[arg(long)]
    strict: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For machines
    Json,
}

/// Runs the command of this process' arguments.
pub fn main() -> ExitCode {
    let failure = match Arguments::parse().command {
        Command::Build(options) => build::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Show(options) => show::run(&options),
        Command::Audit(options) => audit::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Init(options) => init::run(&options),
        Command::Keygen(options) => keygen::run(&options),
        Command::Unlock(options) => remote::unlock(&options),
        Command::Credentials(options) => credentials::run(&options),
        Command::Secret(options) => remote::secret(&options),
        Command::Schema => generate::schema(),
        Command::Completions(options) => generate::completions(&options),
        Command::Man => generate::man(),
    };
    let Err(failure) = failure else { return ExitCode::SUCCESS };
    if !matches!(failure, Failure::Blueprint) {
        anstream::eprintln!("error: {failure}");
    }
    ExitCode::from(failure.exit_code())
}

/// Prints a result. A reader that has seen enough (`| head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write};
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Environment(format!("can't write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

//! `vpsgen check`: the report, and nothing written.

use super::input::{Outcome, Printed};
use super::{BlueprintOptions, Failure, Format};
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    blueprint: BlueprintOptions,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let outcome = Outcome::of(&options.blueprint)?;
    outcome.finish(|format| match format {
        _ if !outcome.is_good() => Printed::Text(String::new()),
        Format::Text => Printed::Text("the blueprint is fine\n".into()),
        Format::Json => Printed::Json("fine", true.into()),
    })
}

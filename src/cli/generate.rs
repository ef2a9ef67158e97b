//! `vpsgen schema`, `completions` and `man`: made from the types and the arguments.

use super::{Arguments, Failure, print};
use crate::blueprint::Blueprint;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn schema() -> Result<(), Failure> {
    let schema = serde_json::to_value(schemars::schema_for!(Blueprint)).unwrap_or_default();
    print(&format!("{schema:#}\n"))
}

pub(super) fn completions(options: &Completions) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "vpsgen", &mut text);
    print(&String::from_utf8_lossy(&text))
}

pub(super) fn man() -> Result<(), Failure> {
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(Arguments::command());
    page.render(&mut text).map_err(|error| Failure::Environment(error.to_string()))?;
    print(&String::from_utf8_lossy(&text))
}

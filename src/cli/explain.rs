//! `vpsgen explain`: what a message means, or where a value comes from.

use super::input::Outcome;
use super::{BlueprintOptions, Failure, ReadingOptions, print};
use crate::blueprint::path::Path;
use crate::report::{Code, Sources, Span, suggest};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// A code such as `duplicate-port`, or the path of a value such as `volumes.mail.size`
    subject: String,
    /// The blueprint whose value is explained
    #[arg(default_value = "blueprints/oracle-vps.yaml")]
    blueprint: PathBuf,
    #[command(flatten)]
    reading: ReadingOptions,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    if let Some(code) = Code::from_id(&options.subject) {
        let severity = code.severity().name();
        return print(&format!("{severity} {}: {}\n\n{}\n", code.id(), code.sentence(), code.explanation()));
    }
    let is_path = options.subject.contains('.') || options.subject.contains('[');
    let near = suggest(&options.subject, Code::ALL.iter().map(|code| code.id()));
    if let (false, Some(near)) = (is_path, near) {
        return Err(Failure::Usage(format!(
            "there is no code `{}`; did you mean `{near}`?",
            options.subject
        )));
    }
    origin(options)
}

fn origin(options: &Options) -> Result<(), Failure> {
    let path: Path = options.subject.parse().map_err(|reason| Failure::Usage(format!("{reason}")))?;
    let blueprint =
        BlueprintOptions { blueprint: options.blueprint.clone(), reading: options.reading.clone() };
    let outcome = Outcome::of(&blueprint)?;
    let Some(compiled) = &outcome.compiled else { return outcome.finish(|_| unreachable!()) };
    let Some(origin) = compiled.tree.origin(&path) else {
        let codes = "a code is a word such as `duplicate-port`, a path is like `volumes.mail.size`";
        return Err(Failure::Usage(format!("nothing is at `{path}` of the blueprint; {codes}")));
    };
    let mut text = format!("{path}\n");
    text += &line("set at", origin.span, &outcome.sources);
    for span in origin.referenced {
        text += &line("made from", span, &outcome.sources);
    }
    for span in origin.overridden {
        text += &line("over", span, &outcome.sources);
    }
    print(&text)
}

fn line(what: &str, span: Span, sources: &Sources) -> String {
    let value = sources.slice(span).lines().next().unwrap_or_default().trim();
    format!("  {what:9} {}: {value}\n", sources.display(span))
}

//! `vpsgen build`: the artifact into the output directory, or nothing.

use super::input::{Outcome, Printed};
use super::{BlueprintOptions, Failure, Format};
use crate::emit::{self, Written};
use crate::pack::{Artifact, Budget, Verdict};
use crate::value::RestorePoint;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    blueprint: BlueprintOptions,
    /// Where the artifact goes, in a directory of the host's name
    #[arg(short, long, value_name = "DIR", default_value = "output")]
    output: PathBuf,
    /// Let a new host begin with a backup set: `latest`, or the newest of a day and before, YYYY-MM-DD
    #[arg(long, value_name = "SET")]
    restore: Option<RestorePoint>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let restore = options.restore.as_ref().map(|set| format!("backup: {{restore: {}}}\n", set.as_str()));
    let outcome = Outcome::with(&options.blueprint, restore.map(|text| ("--restore", text)))?;
    let artifact = outcome.compiled.as_ref().and_then(|compiled| compiled.artifact.as_ref());
    let written = match artifact.filter(|_| outcome.is_good()) {
        Some(artifact) => Some((artifact, write(artifact, options)?)),
        None => None,
    };
    outcome.finish(|format| {
        let Some((artifact, written)) = &written else { return Printed::Text(String::new()) };
        match format {
            Format::Text => Printed::Text(summary(artifact, written)),
            Format::Json => Printed::Json("build", document(artifact, written)),
        }
    })
}

fn write(artifact: &Artifact, options: &Options) -> Result<Written, Failure> {
    emit::write(artifact, &options.output).map_err(|error| {
        let mut text = format!("{error}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text += &format!(": {cause}");
            source = cause.source();
        }
        Failure::Environment(format!("{text}\n  help: {}", error.help()))
    })
}

fn summary(artifact: &Artifact, written: &Written) -> String {
    let budget = &artifact.manifest().budget;
    let at = |path| written.path.join(path).display().to_string();
    let launch = match budget.verdict {
        Verdict::FileOnly => {
            format!("launch a new instance with {}, which sends it compressed", at("oci/launch.sh"))
        }
        _ => format!("paste {} into the field \"cloud-init script\" of a new instance", at("user-data")),
    };
    let files = artifact.manifest().files.len();
    let mut text = format!(
        "wrote {} ({files} files of the host)\n{}\n{launch}\n",
        written.path.display(),
        budget_line(budget)
    );
    for (what, paths) in [
        ("kept, not ours", &written.kept),
        ("removed, no longer made", &written.removed),
        ("left beside the output", &written.left_behind),
    ] {
        for path in paths {
            text += &format!("{what}: {}\n", path.display());
        }
    }
    text
}

pub(super) fn budget_line(budget: &Budget) -> String {
    let line = |what: &str, used: usize| {
        let percent = used * 100 / budget.limit;
        format!("{what} takes {used} of {} bytes ({percent} %), as the cloud counts", budget.limit)
    };
    match (budget.verdict, budget.used_compressed) {
        (Verdict::FileOnly, Some(used)) => line("user-data.gz", used),
        _ => line("user-data", budget.used),
    }
}

fn document(artifact: &Artifact, written: &Written) -> serde_json::Value {
    json!({
        "path": written.path,
        "files": artifact.manifest().files.len(),
        "budget": artifact.manifest().budget,
        "kept": written.kept,
        "removed": written.removed,
        "left_behind": written.left_behind,
    })
}

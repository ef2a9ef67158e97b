//! From the arguments to what came of the blueprint, with its report.

use super::{BlueprintOptions, Failure, Format, ReadingOptions, print};
use crate::report::{Report, Sources, json, text};
use crate::{Compiled, compile, load};
use serde_json::{Map, Value};
use std::io::IsTerminal;

/// What came of a blueprint, with everything there is to say about it.
pub(super) struct Outcome {
    pub compiled: Option<Compiled>,
    pub sources: Sources,
    report: Report,
    strict: bool,
    format: Format,
}

impl Outcome {
    /// Reads and compiles.
    pub fn of(options: &BlueprintOptions) -> Result<Self, Failure> {
        Self::with(options, None)
    }

    /// The same with what an option of the command says of the blueprint, as one more overlay under the option's name.
    pub fn with(options: &BlueprintOptions, said: Option<(&str, String)>) -> Result<Self, Failure> {
        let ReadingOptions { overlays, strict, format } = &options.reading;
        let (mut sources, mut report) = (Sources::default(), Report::new());
        let loaded = load::load(&options.blueprint, overlays, &mut sources, &mut report)
            .map_err(|error| Failure::Environment(error.to_string()))?;
        let mut compiled = None;
        if let Some((mut input, library)) = loaded {
            input.overlays.extend(said.map(|(option, text)| sources.add(option, text)));
            compiled = Some(compile(&input, &mut sources, &library, &mut report));
            if let Some(error) = library.failure() {
                return Err(Failure::Environment(error.to_string()));
            }
        }
        Ok(Self { compiled, sources, report, strict: *strict, format: *format })
    }

    /// Whether the blueprint is good enough to go on.
    pub fn is_good(&self) -> bool {
        !(self.report.has_errors() || self.strict && !self.report.is_empty())
    }

    /// Prints the report and what there is of a result. Fails if the blueprint is not good.
    pub fn finish(&self, result: impl FnOnce(Format) -> Printed) -> Result<(), Failure> {
        match self.format {
            Format::Text => {
                self.explain();
                if let Printed::Text(text) = result(Format::Text) {
                    print(&text)?;
                }
            }
            Format::Json => {
                let mut document = Map::new();
                document.insert("diagnostics".into(), json::render(&self.report, &self.sources));
                if let Printed::Json(key, value) = result(Format::Json) {
                    document.insert(key.into(), value);
                }
                print(&format!("{:#}\n", Value::Object(document)))?;
            }
        }
        if self.is_good() { Ok(()) } else { Err(Failure::Blueprint) }
    }

    fn explain(&self) {
        let colour = if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
            text::Colour::Always
        } else {
            text::Colour::Never
        };
        let report = text::render(&self.report, &self.sources, colour);
        if !report.is_empty() {
            anstream::eprint!("{report}");
        }
        if !self.report.is_empty() {
            anstream::eprintln!("`vpsgen explain CODE` tells more");
        }
    }
}

/// A command's result in the format that was asked for.
pub(super) enum Printed {
    /// For people.
    Text(String),
    /// For machines: the key beside `diagnostics`, and its value.
    Json(&'static str, Value),
}

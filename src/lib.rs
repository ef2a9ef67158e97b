//! vpsgen compiles a YAML blueprint into the artifact that turns a fresh machine into the whole host.
//!
//! Data flows one way, a stage is a type, and only [`load`] and [`emit`] touch the disk:
//!
//! ```text
//! blueprint.yaml + overlays        what the user wrote, every value with its place
//!   -> blueprint::Blueprint        read and merged
//!   -> host::Host                  checked: valid by construction, no YAML, no places
//!   -> render::Files               path, mode, owner, bytes
//!   -> pack::Artifact              user-data, bundle, manifest, reports
//! ```
//!
//! [`audit`] says of a host who could reach what, and [`check`] refuses one whose breaches would spread.
//! [`owner`] is beside that: what is done with a host that runs.
//!
//! [`compile`] is the way from the texts to the artifact; [`cli`] is the command line around it.

pub mod report;

pub mod value;

pub mod load;

pub mod blueprint;

pub mod check;

pub mod host;

pub mod audit;

pub mod render;

pub mod pack;

pub mod emit;

pub mod owner;

pub mod cli;

use blueprint::Blueprint;
use blueprint::read::{Library, read};
use blueprint::tree::Tree;
use host::Host;
use pack::Artifact;
use report::{FileId, Report, Sources};

/// A blueprint with its overlays, whose texts are in the sources.
#[derive(Clone, Debug)]
pub struct Input {
    /// The blueprint.
    pub base: FileId,
    /// What is laid over it, in order.
    pub overlays: Vec<FileId>,
}

/// What came of a blueprint.
#[derive(Debug)]
pub struct Compiled {
    /// The merged values with their places.
    pub tree: Tree,
    /// The host, if nothing in the report is an error.
    pub host: Option<Host>,
    /// The artifact, if there is a host. One that doesn't fit is here, too: the report says so, and whoever wants to know
    /// why can look.
    pub artifact: Option<Artifact>,
}

/// The whole pipeline: texts in, an artifact or a report with every mistake out. Touches no disk but through `library`.
pub fn compile(input: &Input, sources: &mut Sources, library: &dyn Library, report: &mut Report) -> Compiled {
    let reading = read::<Blueprint>(input.base, &input.overlays, sources, library, report);
    let tree = reading.tree;
    let Some(blueprint) = reading.value else { return Compiled { tree, host: None, artifact: None } };
    let templates = check::templates(&blueprint, &tree, library, report);
    let host = check::check(&blueprint, &tree, &templates, report);
    if let Some(host) = &host {
        check::isolation(&blueprint, host, &tree, report);
    }
    let artifact = host.as_ref().and_then(|host| build(host, &tree, report));
    Compiled { tree, host, artifact }
}

fn build(host: &Host, tree: &Tree, report: &mut Report) -> Option<Artifact> {
    match render::render(host) {
        Ok(files) => {
            let mut artifact = pack::pack(&files, &pack::Facts::of(host));
            for (path, text) in render::beside(host) {
                match text.starts_with("#!") {
                    true => artifact.add_program(path, text),
                    false => artifact.add(path, text),
                }
            }
            check::budget(&artifact.manifest().budget, tree, report);
            Some(artifact)
        }
        Err(error) => {
            check::template_error(host, &error, tree, report);
            None
        }
    }
}

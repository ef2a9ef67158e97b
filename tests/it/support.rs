//! What several tests need: the examples, and a compilation from texts.

use std::path::{Path, PathBuf};
use vpsgen::blueprint::read::{Library, OpenError};
use vpsgen::report::text::{self, Colour};
use vpsgen::report::{Report, Sources};
use vpsgen::{Compiled, Input, compile, load};

/// A blueprint with overlays that is shipped.
pub struct Example {
    pub name: String,
    pub files: Vec<PathBuf>,
}

/// The project's directory.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every example of `tests/examples`.
pub fn examples() -> Vec<Example> {
    let list = std::fs::read_to_string(root().join("tests/examples")).expect("tests/examples");
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next().expect("a name").to_string();
            Example { name, files: words.map(PathBuf::from).collect() }
        })
        .collect()
}

/// Compiles files of the project.
pub fn compile_files(files: &[PathBuf]) -> (Option<Compiled>, String) {
    let (mut sources, mut report) = (Sources::default(), Report::new());
    let paths: Vec<PathBuf> = files.iter().map(|file| root().join(file)).collect();
    let loaded =
        load::load(&paths[0], &paths[1..], &mut sources, &mut report).expect("the environment is fine");
    let compiled = loaded.map(|(input, library)| compile(&input, &mut sources, &library, &mut report));
    (compiled, text::render(&report, &sources, Colour::Never))
}

/// Compiles texts, the first one the blueprint.
pub fn compile_texts(texts: &[&str]) -> (Compiled, String) {
    let (mut sources, mut report) = (Sources::default(), Report::new());
    let mut files = texts
        .iter()
        .enumerate()
        .map(|(index, text)| sources.add(format!("{index}.yaml"), *text))
        .collect::<Vec<_>>();
    let base = files.remove(0);
    let compiled = compile(&Input { base, overlays: files }, &mut sources, &NoLibrary, &mut report);
    (compiled, text::render(&report, &sources, Colour::Never))
}

/// Compiles the shipped design with a text over it.
pub fn compile_texts_over_design(overlay: &str) -> (Compiled, String) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("overlay.yaml");
    std::fs::write(&path, overlay).expect("written");
    let (compiled, report) = compile_files(&["blueprints/oracle-vps.yaml".into(), path]);
    (compiled.expect("texts"), report)
}

/// A library without fragments.
struct NoLibrary;

impl Library for NoLibrary {
    fn open(&self, _: &str) -> Result<(String, String), OpenError> {
        Err(OpenError::Unknown)
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The good blueprint that refusals and properties change.
pub fn base() -> String {
    std::fs::read_to_string(root().join("tests/refusals/check/_base.yaml")).expect("the base blueprint")
}

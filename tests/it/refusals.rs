//! Every way to be wrong: one small file each, and the exact text that the user reads. A new case is a
//! new file; `INSTA_UPDATE=always cargo test refusals` accepts what it says.
//!
//! `refusals/read/NAME.yaml` is a blueprint that cannot be read as it stands, with `NAME.overlay.yaml`
//! over it if there is one. `refusals/check/NAME.yaml` lies over the good blueprint `_base.yaml`.

use crate::support::{base, root};
use std::collections::BTreeSet;
use std::path::Path;
use vpsgen::blueprint::Blueprint;
use vpsgen::blueprint::read::{Library, OpenError, read};
use vpsgen::report::text::{self, Colour};
use vpsgen::report::{Code, FileId, Report, Sources};
use vpsgen::{Input, compile};

/// What reading says about a blueprint and its overlays, each a name and a text.
fn read_texts(texts: &[(&str, &str)]) -> String {
    let (mut sources, mut report) = (Sources::default(), Report::new());
    let files = add(texts, &mut sources);
    read::<Blueprint>(files[0], &files[1..], &mut sources, &TestLibrary, &mut report);
    text::render(&report, &sources, Colour::Never)
}

/// What the whole pipeline says about them.
fn check_texts(texts: &[(&str, &str)]) -> String {
    let (mut sources, mut report) = (Sources::default(), Report::new());
    let files = add(texts, &mut sources);
    let input = Input { base: files[0], overlays: files[1..].to_vec() };
    compile(&input, &mut sources, &TestLibrary, &mut report);
    text::render(&report, &sources, Colour::Never)
}

fn add(texts: &[(&str, &str)], sources: &mut Sources) -> Vec<FileId> {
    texts.iter().map(|(name, text)| sources.add(*name, *text)).collect()
}

#[test]
fn reading() {
    each_case("read", |path, text| {
        let overlay = path.with_extension("overlay.yaml");
        match std::fs::read_to_string(&overlay) {
            Ok(over) => read_texts(&[(&name(path), text), (&name(&overlay), &over)]),
            Err(_) => read_texts(&[(&name(path), text)]),
        }
    });
}

#[test]
fn checking() {
    let base = base();
    each_case("check", |path, text| check_texts(&[("_base.yaml", &base), (&name(path), text)]));
}

/// Compares what is said about each file of a directory with what was accepted.
fn each_case(directory: &str, report: impl Fn(&Path, &str) -> String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("tests/snapshots/refusals").join(directory));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // How many bytes the rest of the host takes is no business of these cases.
    settings.add_filter(r"takes \d+ of", "takes N of");
    settings.add_filter(r"the largest are .*", "the largest are ...");
    let cases = root().join("tests/refusals").join(directory);
    settings.bind(|| {
        insta::glob!(&cases, "*.yaml", |path| {
            if is_case(&name(path)) {
                let text = std::fs::read_to_string(path).expect("a readable case");
                let report = report(path, &text);
                assert!(!report.is_empty(), "{} is not refused", path.display());
                insta::assert_snapshot!("said", report);
            }
        });
    });
    expect_no_orphans(directory, &cases);
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_case(name: &str) -> bool {
    name.ends_with(".yaml") && !name.ends_with(".overlay.yaml") && !name.starts_with('_')
}

/// What was accepted for a case that is gone would look as if it were still refused.
fn expect_no_orphans(directory: &str, cases: &Path) {
    let expected: BTreeSet<String> = names(cases).filter(|name| is_case(name)).collect();
    for snapshot in names(&root().join("tests/snapshots/refusals").join(directory)) {
        let Some(case) = snapshot.strip_prefix("said@").and_then(|name| name.strip_suffix(".snap")) else {
            continue;
        };
        assert!(expected.contains(case), "{snapshot} belongs to no case");
    }
}

fn names(directory: &Path) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(directory).expect("a directory").filter_map(Result::ok);
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned())
}

/// A code that no case shows is one whose text nobody has read.
#[test]
fn every_code_has_a_case() {
    // What only files on the disk can show is in the tests of `load`, the limits are in unit tests, and
    // the last two need a template and a large host.
    let elsewhere = [
        "missing-file",
        "not-a-file",
        "too-large",
        "not-utf8",
        "reference-budget",
        "bad-template",
        "budget-near",
        "too-many-mistakes",
    ];
    let snapshots =
        ["read", "check"].map(|directory| root().join("tests/snapshots/refusals").join(directory));
    let said: String = snapshots
        .iter()
        .flat_map(|directory| {
            names(directory)
                .map(move |name| std::fs::read_to_string(directory.join(name)).expect("a snapshot"))
        })
        .collect();
    let silent = Code::ALL.iter().map(|code| code.id()).filter(|id| !elsewhere.contains(id));
    let silent: Vec<&str> = silent.filter(|id| !said.contains(&format!("[{id}]"))).collect();
    assert!(silent.is_empty(), "no case shows {silent:?}");
}

/// The fragments of `refusals/read/catalogue`.
struct TestLibrary;

impl Library for TestLibrary {
    fn open(&self, name: &str) -> Result<(String, String), OpenError> {
        let file = format!("catalogue/{name}.yaml");
        let text = std::fs::read_to_string(root().join("tests/refusals/read").join(&file));
        text.map(|text| (file, text)).map_err(|_| OpenError::Unknown)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = names(&root().join("tests/refusals/read/catalogue")).collect();
        names.sort();
        names.iter().map(|name| name.trim_end_matches(".yaml").to_owned()).collect()
    }
}

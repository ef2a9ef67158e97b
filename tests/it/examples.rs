//! Every example builds, and what it builds is compared with what was accepted: the full design file by file, its
//! overlays as the difference to it, other blueprints file by file.

use crate::support::{compile_files, examples, root};
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const FULL_DESIGN: &str = "oracle-vps";

type Tree = BTreeMap<String, String>;

/// The files of an example: the host's, and what lies beside them as text.
fn tree(name: &str) -> Tree {
    let example = examples().into_iter().find(|example| example.name == name).expect("an example");
    let (compiled, report) = compile_files(&example.files);
    let artifact =
        compiled.and_then(|compiled| compiled.artifact).unwrap_or_else(|| panic!("{name}:\n{report}"));
    let is_text = |path: &str| path.starts_with("tree/") || path.starts_with("oci/") || path == "dns.zone";
    let outputs = artifact.outputs().iter().filter(|(path, _)| is_text(path));
    outputs
        .map(|(path, output)| (path.clone(), String::from_utf8_lossy(&output.bytes).into_owned()))
        .collect()
}

fn snapshot(directory: &str, name: &str, text: &str) {
    let path = root().join("tests/snapshots").join(directory);
    let name = name.replace('/', "__");
    insta::with_settings!({ snapshot_path => path, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// A snapshot that no file has any more would look as if the file were still made.
fn expect_no_orphans(directory: &str, files: &BTreeSet<String>) {
    let path = root().join("tests/snapshots").join(directory);
    let found = std::fs::read_dir(&path).expect("snapshots").filter_map(Result::ok);
    for entry in found {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".snap") else { continue };
        assert!(files.contains(stem), "{} belongs to no file", Path::new(directory).join(&name).display());
    }
}

fn compare_files(name: &str) {
    let tree = tree(name);
    for (path, text) in &tree {
        snapshot(name, path, text);
    }
    expect_no_orphans(name, &tree.keys().map(|path| path.replace('/', "__")).collect());
}

#[test]
fn the_full_design() {
    compare_files(FULL_DESIGN);
}

#[test]
fn other_blueprints() {
    compare_files("static-site");
    compare_files("custom-apps");
}

#[test]
fn overlays_differ_where_they_should() {
    let full = tree(FULL_DESIGN);
    for name in ["diegonmarcos", "small", "debian-13"] {
        snapshot("overlays", name, &difference(&full, &tree(name)));
    }
}

fn difference(old: &Tree, new: &Tree) -> String {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let empty = String::new();
    paths
        .into_iter()
        .map(|path| {
            let (before, after) = (old.get(path).unwrap_or(&empty), new.get(path).unwrap_or(&empty));
            TextDiff::from_lines(before, after)
                .unified_diff()
                .context_radius(0)
                .header(path, path)
                .to_string()
        })
        .collect()
}

/// What a first build says is part of what was promised.
#[test]
fn examples_say_only_what_they_should() {
    for example in examples() {
        let (_, report) = compile_files(&example.files);
        let codes: Vec<&str> = report
            .lines()
            .filter_map(|line| line.split_once('['))
            .map(|(_, rest)| rest)
            .filter_map(|rest| rest.split_once("]:"))
            .map(|(code, _)| code)
            .collect();
        // The full design is near the limit, and says so; the build refuses what is over it.
        let expected = ["recovery-missing", "mail-without-relay", "budget-near"];
        assert!(codes.iter().all(|code| expected.contains(code)), "{}:\n{report}", example.name);
    }
}

/// The independent reader: what was emitted as YAML is the same values for another library.
#[test]
fn another_yaml_library_reads_the_same() {
    for example in examples() {
        for (path, text) in tree(&example.name) {
            if path.ends_with(".yaml") || path.ends_with(".yml") {
                let other: serde_json::Value =
                    serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
                let ours: serde_json::Value =
                    serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
                assert_eq!(other, ours, "{path}");
            }
        }
    }
}

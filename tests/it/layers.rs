//! The rules that hold the stages apart.

use crate::support::root;
use std::fs;
use std::path::{Path, PathBuf};

fn sources(directory: &str) -> Vec<(PathBuf, String)> {
    fn collect(path: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(path).expect("a directory").filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).expect("a file")));
            }
        }
    }
    let mut found = Vec::new();
    collect(&root().join("src").join(directory), &mut found);
    assert!(!found.is_empty(), "src/{directory} has no source");
    found
}

/// The lines of code that ship: no comments, no tests.
fn shipped_lines(directory: &str) -> Vec<(PathBuf, String)> {
    let is_test = |path: &Path| path.file_name().is_some_and(|name| name == "tests.rs");
    let code = sources(directory).into_iter().filter(|(path, _)| !is_test(path));
    code.flat_map(|(path, text)| {
        let product = text.split("#[cfg(test)]").next().unwrap_or_default().to_string();
        let lines = product.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.map(|line| (path.clone(), line.to_string())).collect::<Vec<_>>()
    })
    .collect()
}

fn expect_absent(directories: &[&str], words: &[&str], reason: &str) {
    for (path, line) in directories.iter().flat_map(|directory| shipped_lines(directory)) {
        for word in words {
            assert!(!line.contains(word), "{}: {reason}\n{line}", path.display());
        }
    }
}

#[test]
fn renderers_and_packing_know_no_blueprint() {
    expect_absent(
        &["render", "pack", "audit"],
        &["crate::blueprint", "crate::report", "Span"],
        "works on the host",
    );
}

#[test]
fn only_the_two_ends_touch_the_disk() {
    let middle = ["audit", "blueprint", "check", "host", "render", "report", "value", "cli"];
    expect_absent(&middle, &["std::fs", "fs::", "std::net::Tcp"], "load and emit touch the disk");
}

/// An application is YAML. Rust that names one has a special case that the language lacks.
#[test]
fn no_application_is_named_in_rust() {
    let catalogue =
        fs::read_dir(root().join("blueprints/catalogue")).expect("the catalogue").filter_map(Result::ok);
    let mut names: Vec<String> = catalogue
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".yaml")?.to_string()))
        .collect();
    names.push("mailserver".into());
    assert!(names.len() > 5, "{names:?}");
    for (path, line) in shipped_lines("") {
        for name in &names {
            assert!(!line.contains(name.as_str()), "{} names {name}\n{line}", path.display());
        }
    }
}

#[test]
fn modules_say_what_lives_in_them() {
    for (path, text) in sources("").into_iter().filter(|(path, _)| !path.ends_with("tests.rs")) {
        let header = text.lines().take_while(|line| line.starts_with("//!")).count();
        assert!((1..=20).contains(&header), "{} has {header} lines of header", path.display());
    }
}

//! Same input, same bytes: on a second run, from another directory, with another locale, time zone and clock.

use crate::support::root;
use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn build(directory: &Path, from: &Path, environment: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let mut command = Command::cargo_bin("vpsgen").expect("the program");
    command.current_dir(from).envs(environment.iter().copied());
    let blueprint = root().join("blueprints/oracle-vps.yaml");
    command.arg("build").arg(blueprint).arg("-o").arg(directory).assert().success();
    let mut files = BTreeMap::new();
    collect(directory, directory, &mut files);
    files
}

fn collect(base: &Path, directory: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(directory).expect("a directory").filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            collect(base, &path, files);
        } else if entry.file_name() != ".vpsgen.lock" {
            let name = path.strip_prefix(base).expect("below").to_string_lossy().into_owned();
            files.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

#[test]
fn the_surroundings_make_no_difference() {
    let temporary = tempfile::tempdir().expect("a directory");
    let elsewhere = tempfile::tempdir().expect("a directory");
    let first = build(&temporary.path().join("a"), root(), &[]);
    let surroundings = [
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "de_DE.UTF-8"),
        ("TZ", "Pacific/Kiritimati"),
        ("HOME", "/nonexistent"),
        ("SOURCE_DATE_EPOCH", "1"),
        ("NO_COLOR", "1"),
    ];
    let second = build(&temporary.path().join("b"), elsewhere.path(), &surroundings);
    let third = build(&temporary.path().join("a"), elsewhere.path(), &surroundings);
    assert!(first.len() > 50, "only {} files", first.len());
    for other in [second, third] {
        for (path, bytes) in &first {
            assert!(other.get(path) == Some(bytes), "{path} differs");
        }
        assert_eq!(first.len(), other.len());
    }
}

//! The program that runs on the host: rendering keeps its meaning, its own tests pass on it as it is rendered, and free
//! text of a blueprint reaches it through host.json alone.

use crate::support::{base, compile_texts, root};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::Write;
use std::process::Command;
use vpsgen::render::Files;

fn files(overlays: &[&str]) -> Files {
    let base = base();
    let texts: Vec<&str> = [base.as_str()].into_iter().chain(overlays.iter().copied()).collect();
    let (compiled, report) = compile_texts(&texts);
    vpsgen::render::render(&compiled.host.expect(&report)).expect("the templates are fine")
}

fn text(files: &Files, path: &str) -> String {
    let file = files.iter().find(|file| file.path == path).expect(path);
    String::from_utf8(file.bytes.clone()).expect("text")
}

/// The rendered program in a file of its own.
fn program() -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text(&files(&[]), "/usr/local/bin/vpsctl").as_bytes()).expect("written");
    file
}

fn python(arguments: &[&str], program: &tempfile::NamedTempFile) {
    let output = Command::new("python3")
        .args(arguments)
        .env("VPSGEN_PROGRAM", program.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(root().join("tests/host"))
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn rendering_keeps_the_meaning() {
    python(&["same_program.py"], &program());
}

#[test]
fn the_program_passes_its_tests() {
    python(&["-m", "unittest", "test_secrets", "test_incident"], &program());
}

#[test]
#[ignore = "needs root and loop devices; `tests/run native` runs it"]
fn the_program_treats_disks_by_its_table() {
    python(&["-m", "unittest", "test_storage", "test_disks"], &program());
}

#[test]
#[ignore = "needs restic and rclone, and a minute; `tests/run native` runs it"]
fn the_program_trusts_no_set_that_isn_t_whole_and_its_own() {
    python(&["-m", "unittest", "test_sets"], &program());
}

/// Pieces that mean something to a shell, python, JSON or systemd.
fn nasty() -> impl Strategy<Value = String> {
    let pieces =
        ["'", "\"", "\\", "\n", "$", "$(id)", "%", "%n", ";", "-", "--", "#", " ", "é", "\u{202e}", "a"];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn commands_arrive_and_reach_no_unit(said in nasty()) {
        let with = |text: &str| {
            let command = json!(["program", text]);
            let web = json!({
                "setup": { "once": { "command": command } },
                "timers": { "often": { "schedule": "*:0/5", "command": command, "user": "82:82" } },
            });
            let database = json!({ "backup": { "dump": { "command": command, "restore": command } } });
            files(&[&json!({ "services": { "web": web, "database": database } }).to_string()])
        };
        let (nasty, plain) = (with(&said), with("plain"));
        let host: Value = serde_json::from_str(&text(&nasty, "/etc/vpsgen/host.json")).expect("JSON");
        let (web, database) = (&host["zones"]["front"]["services"]["web"], &host["zones"]["back"]["services"]["database"]);
        prop_assert_eq!(&web["setup"][0], &json!(["once", null, ["program", said]]));
        prop_assert_eq!(&web["tasks"]["often"], &json!(["82:82", ["program", said]]));
        prop_assert_eq!(&database["dump"], &json!(["program", said]));
        prop_assert_eq!(&database["restore"], &json!(["program", said]));
        for (one, other) in nasty.iter().zip(plain.iter()) {
            prop_assert!(one == other || one.path == "/etc/vpsgen/host.json", "{} changed", one.path);
        }
    }
}

//! The promises of the writing end: all or nothing, and nobody else's files.

use super::*;
use crate::pack::{Facts, MANIFEST, pack, sha256};
use crate::render::{File as HostFile, Files};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::process::{Child, Command};
use std::time::Duration;
use tempfile::TempDir;

const HOST: &str = "oracle-vps";

/// An output in which every file says its version, with one file that only this version has.
fn artifact(version: &str) -> Artifact {
    let mut paths: Vec<String> = (0..30).map(|number| format!("/etc/vpsgen/part-{number}.conf")).collect();
    paths.push(format!("/etc/only-in-{version}"));
    let files: Files = paths.into_iter().map(|path| HostFile::text(path, format!("{version}\n"))).collect();
    let facts = Facts {
        host: HOST.into(),
        program: String::new(),
        domain: "example.com".into(),
        limit: 32_000,
        images: BTreeMap::new(),
        login_keys: Vec::new(),
    };
    let mut artifact = pack(&files, &facts);
    artifact.add("dns.zone", format!("; {version}\n"));
    artifact.add_program("oci/launch.sh", "#!/bin/sh\n");
    artifact
}

fn built(version: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let written = write(&artifact(version), directory.path()).unwrap();
    (directory, written.path)
}

/// The version of an output after making sure that it is all there, unmixed, and has nothing else but `foreign`.
fn whole(output: &Path, foreign: &[&str]) -> String {
    let manifest: crate::pack::Written =
        serde_json::from_slice(&fs::read(output.join(MANIFEST)).unwrap()).unwrap();
    let mut present: Vec<String> = files_below(output);
    for (path, checksum) in &manifest.outputs {
        assert_eq!(sha256(&fs::read(output.join(path)).unwrap()), *checksum, "{path}");
        present.retain(|other| other != path);
    }
    present.retain(|path| path != MANIFEST && !foreign.contains(&path.as_str()));
    assert!(present.is_empty(), "{present:?} belong to no build");
    fs::read_to_string(output.join("dns.zone")).unwrap().trim_start_matches("; ").trim().to_string()
}

fn files_below(root: &Path) -> Vec<String> {
    let mut pending = vec![root.to_path_buf()];
    let mut files = Vec::new();
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => pending.push(entry.path()),
                false => files.push(entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned()),
            }
        }
    }
    files
}

/// What lies in a directory beside the output.
fn siblings(directory: &Path) -> Vec<String> {
    let names =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != HOST).collect()
}

#[test]
fn a_build_replaces_the_last_one_and_removes_what_no_longer_belongs() {
    let (directory, output) = built("one");
    assert_eq!(whole(&output, &[]), "one");
    let written = write(&artifact("two"), directory.path()).unwrap();
    assert_eq!(whole(&output, &[]), "two");
    assert_eq!(written.removed, [PathBuf::from("tree/etc/only-in-one")]);
    assert_eq!((written.kept, written.left_behind), (vec![], vec![]));
    assert!(siblings(directory.path()).is_empty());
    assert_eq!(fs::metadata(output.join("oci/launch.sh")).unwrap().mode() & 0o111, 0o111);
}

#[test]
fn what_no_build_wrote_stays_the_same_file() {
    let (directory, output) = built("one");
    fs::write(output.join("notes.txt"), "mine").unwrap();
    fs::create_dir_all(output.join("mine/empty")).unwrap();
    fs::write(output.join("tree/etc/mine"), "mine").unwrap();
    fs::write(output.join(OsStr::from_bytes(b"latin-\xe9")), "mine").unwrap();
    symlink("/nowhere", output.join("link")).unwrap();
    let before = fs::metadata(output.join("notes.txt")).unwrap().ino();
    let written = write(&artifact("two"), directory.path()).unwrap();
    assert_eq!(whole(&output, &["notes.txt", "tree/etc/mine", "latin-\u{fffd}", "link"]), "two");
    assert_eq!(written.kept.len(), 4);
    assert_eq!(fs::metadata(output.join("notes.txt")).unwrap().ino(), before);
    assert_eq!(fs::read_link(output.join("link")).unwrap(), Path::new("/nowhere"));
    assert!(output.join("mine/empty").is_dir());
    assert!(siblings(directory.path()).is_empty());
}

#[test]
fn an_edited_file_is_refused_and_everything_stays() {
    let (directory, output) = built("one");
    fs::write(output.join("user-data"), "my own").unwrap();
    let error = write(&artifact("two"), directory.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("changed since the last build wrote it: {}/user-data", output.display())
    );
    assert!(error.help().starts_with("move your version away or delete it"));
    assert_eq!(fs::read_to_string(output.join("user-data")).unwrap(), "my own");
    assert_eq!(fs::read_to_string(output.join("dns.zone")).unwrap(), "; one\n");
    fs::remove_file(output.join("user-data")).unwrap();
    write(&artifact("two"), directory.path()).unwrap();
    assert_eq!(whole(&output, &[]), "two");
}

#[test]
fn an_edit_that_the_build_would_make_too_is_no_obstacle() {
    let (directory, output) = built("one");
    fs::write(output.join("dns.zone"), "; two\n").unwrap();
    write(&artifact("two"), directory.path()).unwrap();
    assert_eq!(whole(&output, &[]), "two");
}

#[test]
fn a_foreign_thing_in_the_way_is_refused() {
    let obstacles: [(&str, bool); 4] =
        [("user-data", false), ("tree", false), ("user-data", true), (MANIFEST, true)];
    for (path, is_directory) in obstacles {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join(HOST).join(path);
        fs::create_dir_all(if is_directory { &place } else { place.parent().unwrap() }).unwrap();
        if !is_directory {
            fs::write(&place, "mine").unwrap();
        }
        let error = write(&artifact("one"), directory.path()).unwrap_err();
        assert_eq!(error.to_string(), format!("not written by vpsgen, and in the way: {}", place.display()));
        assert!(place.exists() && siblings(directory.path()).is_empty());
    }
}

#[test]
fn a_manifest_of_somebody_else_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let manifest = directory.path().join(HOST).join(MANIFEST);
    fs::create_dir(directory.path().join(HOST)).unwrap();
    fs::write(&manifest, "{\"name\": \"an app\"}").unwrap();
    let error = write(&artifact("one"), directory.path()).unwrap_err();
    assert_eq!(error.to_string(), format!("{} is not a manifest that vpsgen wrote", manifest.display()));
}

#[test]
fn links_are_not_followed() {
    let (elsewhere, directory) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let link = directory.path().join(HOST);
    symlink(elsewhere.path(), &link).unwrap();
    for target in [directory.path().to_path_buf(), link.clone(), link.join("")] {
        let error = write(&artifact("one"), &target).unwrap_err();
        assert_eq!(error.to_string(), format!("{} is a symbolic link", link.display()));
    }
    let (directory, output) = built("one");
    fs::rename(output.join("tree"), elsewhere.path().join("tree")).unwrap();
    symlink(elsewhere.path().join("tree"), output.join("tree")).unwrap();
    let error = write(&artifact("two"), directory.path()).unwrap_err();
    assert!(matches!(error, EmitError::InTheWay { .. }), "{error}");
    assert!(elsewhere.path().join("tree/etc/only-in-one").exists());
}

#[test]
fn a_file_where_a_directory_belongs_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = write(&artifact("one"), &file).unwrap_err();
    assert_eq!(error.to_string(), format!("{} is not a directory", file.display()));
    let error = write(&artifact("one"), &file.join("output")).unwrap_err();
    assert!(error.to_string().starts_with("cannot "), "{error}");
    fs::write(directory.path().join(HOST), "").unwrap();
    let error = write(&artifact("one"), directory.path()).unwrap_err();
    assert!(matches!(error, EmitError::NotDirectory { .. }), "{error}");
}

#[test]
fn what_a_killed_build_left_is_cleared_away() {
    let (directory, output) = built("one");
    let staging = |name: &str| directory.path().join(".vpsgen-dead").join(name);
    // Killed while it wrote: half a file, and no manifest.
    fs::create_dir_all(staging("new/oracle-vps")).unwrap();
    fs::write(staging("incomplete"), "").unwrap();
    fs::write(staging("new/oracle-vps/user-data"), "#cloud-con").unwrap();
    write(&artifact("two"), directory.path()).unwrap();
    assert!(siblings(directory.path()).is_empty());
    // Killed between two renames: the output is in neither place.
    fs::create_dir_all(staging("previous")).unwrap();
    fs::create_dir_all(staging("new")).unwrap();
    fs::rename(&output, staging("previous/oracle-vps")).unwrap();
    fs::write(staging("previous/oracle-vps/notes.txt"), "mine").unwrap();
    let written = write(&artifact("three"), directory.path()).unwrap();
    assert_eq!(whole(&output, &["notes.txt"]), "three");
    assert_eq!(written.kept, [PathBuf::from("notes.txt")]);
    assert!(siblings(directory.path()).is_empty());
}

#[test]
fn what_was_written_into_the_output_during_a_build_is_left_and_named() {
    let (directory, output) = built("one");
    let old = directory.path().join(".vpsgen-dead/new").join(HOST);
    fs::create_dir_all(old.parent().unwrap()).unwrap();
    fs::rename(&output, &old).unwrap();
    fs::write(old.join("late.txt"), "mine").unwrap();
    let written = write(&artifact("two"), directory.path()).unwrap();
    assert_eq!(written.left_behind, [directory.path().join(".vpsgen-dead")]);
    assert_eq!(fs::read_to_string(old.join("late.txt")).unwrap(), "mine");
    assert_eq!(whole(&output, &[]), "two");
}

#[test]
fn two_builds_at_once_take_turns() {
    let (directory, output) = built("one");
    std::thread::scope(|scope| {
        for version in ["two", "three"] {
            let directory = directory.path();
            scope.spawn(move || (0..10).for_each(|_| drop(write(&artifact(version), directory).unwrap())));
        }
    });
    assert!(["two", "three"].contains(&whole(&output, &[]).as_str()));
    assert!(siblings(directory.path()).is_empty());
}

const CHILD: &str = "VPSGEN_TEST_EMIT_INTO";

/// Not a test by itself: the process that the tests below start, limit and kill.
#[test]
fn child_that_builds_again_and_again() {
    let Some(directory) = std::env::var_os(CHILD) else { return };
    let artifacts = ["two", "three"].map(artifact);
    fs::write(Path::new(&directory).join("started"), "").unwrap();
    loop {
        for artifact in &artifacts {
            if let Err(error) = write(artifact, Path::new(&directory)) {
                eprintln!("child: {error}: {}", error.help());
                std::process::exit(3);
            }
        }
    }
}

/// Starts the child behind a shell command, in which `"$@"` is the child.
fn start(shell: &str, directory: &Path) -> Child {
    let child = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", shell, "sh"]).arg(child);
    command.args(["--exact", "emit::tests::child_that_builds_again_and_again", "--nocapture"]);
    command
        .env(CHILD, directory)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap()
}

/// Until the output is another directory than now. A child that ends before has failed.
fn wait_for_another(output: &Path, child: &mut Child) {
    let inode = || std::os::unix::fs::MetadataExt::ino(&fs::metadata(output).unwrap());
    let before = inode();
    while inode() == before {
        assert_eq!(child.try_wait().unwrap(), None, "the child ended");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_build_killed_at_any_moment_leaves_the_old_or_the_new_output() {
    let (directory, output) = built("one");
    fs::write(output.join("notes.txt"), "mine").unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for round in 0..25 {
        let mut child = start("exec \"$@\"", directory.path());
        while fs::remove_file(directory.path().join("started")).is_err() {
            std::thread::sleep(Duration::from_millis(1));
        }
        if round % 5 == 4 {
            // A busy machine may need longer for a build than any sleep here: some rounds wait for its end.
            wait_for_another(&output, &mut child);
        } else {
            // Spread over the length of a build, which is some ten milliseconds.
            std::thread::sleep(Duration::from_micros(7_300 * round % 50_000));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        seen.insert(whole(&output, &["notes.txt"]));
        assert_eq!(fs::read_to_string(output.join("notes.txt")).unwrap(), "mine");
    }
    assert!(seen.len() > 1, "no build came to its end: {seen:?}");
    write(&artifact("four"), directory.path()).unwrap();
    assert_eq!(whole(&output, &["notes.txt"]), "four");
    assert!(siblings(directory.path()).is_empty());
}

/// A limit on the size of files stands for a full disk, which takes root to make.
#[test]
fn a_write_that_finds_no_room_leaves_the_old_output() {
    let (directory, output) = built("one");
    let child = start("trap '' XFSZ; ulimit -f 1; exec \"$@\"", directory.path());
    let result = child.wait_with_output().unwrap();
    assert_eq!(result.status.code(), Some(3));
    let message = String::from_utf8_lossy(&result.stderr).into_owned();
    assert!(message.contains("child: cannot write ") && message.contains("free some space"), "{message}");
    assert_eq!(whole(&output, &[]), "one");
    assert_eq!(siblings(directory.path()), ["started"]);
}

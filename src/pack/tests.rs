//! The artifact against its real readers: PyYAML reads the text as cloud-init would, and python3 runs the program.

use super::*;
use crate::render::File;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const STATE: &str = "/var/lib/vpsgen";

fn facts() -> Facts {
    Facts {
        host: "oracle-vps".into(),
        domain: "example.com".into(),
        program: "/srv/usr/local/bin/vpsctl".into(),
        limit: 32_000,
        images: BTreeMap::from([("web-server".into(), "nginx:1.27".into())]),
        login_keys: vec!["ssh-ed25519 AAAAC3Nz \"quoted\" jos\u{e9}@laptop".into()],
    }
}

/// The path of the host program below a root of the test's own.
fn program_path(root: &Path) -> String {
    format!("{}/usr/local/bin/vpsctl", root.display())
}

/// Files of every awkward kind, and what unpacks them, which keeps its state below the root too.
fn awkward(root: &Path) -> Files {
    let at = |path: &str| format!("{}{path}", root.display());
    Files::from_iter([
        File::text(at("/etc/empty.conf"), ""),
        File::text(at("/etc/no-newline"), "last line"),
        File::text(at("/etc/systemd/system/a@.service"), "[Unit]\r\nDescription=\u{e9}\n"),
        File::text(at("/etc/systemd/system/b.service"), "[Unit]\nDescription=b\n\n\n"),
        File::private(at("/etc/vpsgen/binary"), (1..=255u8).chain([1, 2, 1]).collect::<Vec<_>>()),
        File::program(at("/usr/local/zz/tool"), "#!/bin/sh\nexit 0\n"),
        File::program(program_path(root), crate::render::unpacker().replace(STATE, &at(STATE))),
    ])
}

/// The user-data of these files.
fn text_for(root: &Path, files: &Files) -> String {
    let bundle = bundle::bundle(files, &program_path(root));
    let encoded = codec::encode(&bundle.bytes, usize::MAX);
    user_data::user_data(&facts(), &bundle.bytes, &encoded.text.unwrap(), encoded.length)
}

/// What a program prints when it reads `input`.
fn piped(program: &str, arguments: &[&str], input: &str) -> String {
    let mut command = Command::new(program);
    let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Reads the text as cloud-init would, and writes the program below the root.
fn program_of(text: &str, root: &Path) -> PathBuf {
    let python =
        "import sys, yaml; sys.stdout.write(yaml.safe_load(sys.stdin.buffer)['write_files'][0]['content'])";
    let path = root.join("program");
    fs::write(&path, piped("python3", &["-c", python], text)).unwrap();
    path
}

/// Runs the program with a systemctl that only writes down what it was asked.
fn run(program: &Path, root: &Path) -> Output {
    let bin = root.join("fake-bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("systemctl"), format!("#!/bin/sh\necho \"$@\" >> {}/asked\n", root.display()))
        .unwrap();
    fs::set_permissions(bin.join("systemctl"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    Command::new("python3").arg(program).env("PATH", path).output().unwrap()
}

fn assert_unpacked(files: &Files, root: &Path, output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for file in files.iter() {
        assert_eq!(fs::read(&file.path).unwrap(), file.bytes, "{}", file.path);
        assert_eq!(
            fs::metadata(&file.path).unwrap().permissions().mode() & 0o7777,
            file.mode,
            "{}",
            file.path
        );
    }
    assert_eq!(fs::metadata(root.join("etc/systemd")).unwrap().permissions().mode() & 0o7777, 0o755);
}

#[test]
fn the_program_writes_every_file_byte_for_byte() {
    let root = tempfile::tempdir().unwrap();
    let files = awkward(root.path());
    let program = program_of(&text_for(root.path(), &files), root.path());
    assert_unpacked(&files, root.path(), &run(&program, root.path()));
    let asked = fs::read_to_string(root.path().join("asked")).unwrap();
    assert_eq!(asked, "daemon-reload\nenable vpsgen.target\nstart --no-block vpsgen.target\n");
    assert!(!program.exists(), "the program takes itself off the list of what runs at boot");
}

#[test]
fn a_second_run_and_a_leftover_of_a_power_cut_change_nothing() {
    let root = tempfile::tempdir().unwrap();
    let files = awkward(root.path());
    let text = text_for(root.path(), &files);
    run(&program_of(&text, root.path()), root.path());
    let leftover = root.path().join("etc/no-newline.new");
    std::os::unix::fs::symlink(root.path().join("etc/empty.conf"), &leftover).unwrap();
    assert_unpacked(&files, root.path(), &run(&program_of(&text, root.path()), root.path()));
    assert!(leftover.symlink_metadata().is_err());
    assert_eq!(fs::read(root.path().join("etc/empty.conf")).unwrap(), b"", "the link was not followed");
}

#[test]
fn the_host_can_tell_what_was_changed_since() {
    let root = tempfile::tempdir().unwrap();
    let files = awkward(root.path());
    run(&program_of(&text_for(root.path(), &files), root.path()), root.path());
    let check = || {
        let sums = root.path().join("var/lib/vpsgen/SHA256SUMS");
        Command::new("sha256sum").args(["--check", "--quiet"]).arg(sums).output().unwrap()
    };
    assert!(check().status.success());
    assert_eq!(fs::read_to_string(root.path().join("var/lib/vpsgen/SHA256SUMS")).unwrap().lines().count(), 7);
    fs::write(root.path().join("etc/empty.conf"), "x").unwrap();
    assert_eq!(
        String::from_utf8_lossy(&check().stdout),
        format!("{}/etc/empty.conf: FAILED\n", root.path().display())
    );
}

/// One character of the payload, each time at another place; and a text that was cut off.
#[test]
fn a_damaged_text_is_refused_before_anything_is_written() {
    let root = tempfile::tempdir().unwrap();
    let program = program_of(&text_for(root.path(), &awkward(root.path())), root.path());
    let whole = fs::read_to_string(&program).unwrap();
    let payload = whole.find("\n#").unwrap() + 2;
    let mut damaged: Vec<String> = [payload, payload + 1, (payload + whole.len()) / 2, whole.len() - 20]
        .map(|place| {
            format!(
                "{}{}{}",
                &whole[..place],
                if &whole[place..=place] == "A" { "B" } else { "A" },
                &whole[place + 1..]
            )
        })
        .into();
    damaged.push(whole[..(payload + whole.len()) / 2].to_string());
    for text in damaged {
        fs::write(&program, text).unwrap();
        let output = run(&program, root.path());
        assert_eq!(output.status.code(), Some(1));
        let sentence = "vpsgen: damaged paste\n";
        assert_eq!(String::from_utf8_lossy(&output.stderr), sentence);
        assert!(!root.path().join("etc").exists() && !root.path().join("var").exists());
        assert!(!root.path().join("asked").exists());
    }
}

#[test]
fn line_ends_and_blanks_that_a_form_changes_do_no_harm() {
    let root = tempfile::tempdir().unwrap();
    let files = awkward(root.path());
    let text = text_for(root.path(), &files);
    for changed in [text.replace('\n', "\r\n"), text.trim().to_string(), format!("{text}\n\n")] {
        fs::remove_dir_all(root.path().join("etc")).ok();
        assert_unpacked(&files, root.path(), &run(&program_of(&changed, root.path()), root.path()));
    }
    // The paste itself, should something change it after YAML was read.
    let program = program_of(&text, root.path());
    fs::write(&program, fs::read_to_string(&program).unwrap().replace('\n', " \r\n")).unwrap();
    assert_unpacked(&files, root.path(), &run(&program, root.path()));
}

#[test]
fn what_stands_in_the_way_is_named_and_nothing_is_written() {
    type Prepare = fn(&Path);
    let cases: [(&str, Prepare); 3] = [
        ("etc/no-newline", |etc| fs::create_dir_all(etc.join("no-newline")).unwrap()),
        ("etc/systemd/system/b.service", |etc| fs::write(etc.join("systemd"), "").unwrap()),
        ("etc/systemd/system/b.service", |etc| {
            std::os::unix::fs::symlink("/usr", etc.join("systemd")).unwrap();
        }),
    ];
    for (reason, prepare) in cases {
        let root = tempfile::tempdir().unwrap();
        let etc = root.path().join("etc");
        fs::create_dir(&etc).unwrap();
        prepare(&etc);
        let output =
            run(&program_of(&text_for(root.path(), &awkward(root.path())), root.path()), root.path());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with(&format!("vpsgen: {}/{reason}", root.path().display())), "{said}");
        assert!(said.ends_with(" isn't free; nothing was written\n"), "{said}");
        assert!(!etc.join("empty.conf").exists());
    }
}

#[test]
fn every_yaml_reader_sees_the_same_cloud_config() {
    let text = text_for(Path::new("/nowhere"), &awkward(Path::new("/nowhere")));
    assert!(text.is_ascii() && text.starts_with("#cloud-config\n"));
    assert!(
        text.lines().all(|line| line.len() < 4096 && line.trim_end() == line),
        "a terminal or an editor would cut"
    );
    let config: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let python = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";
    let from_python: serde_yaml::Value =
        serde_json::from_str(&piped("python3", &["-c", python], &text)).unwrap();
    assert_eq!(config, from_python);
    assert_eq!(config["fqdn"], "oracle-vps.example.com");
    assert_eq!(config["ssh_authorized_keys"][0], facts().login_keys[0].as_str());
    assert_eq!(config["write_files"][0]["permissions"], "0755", "a number would be read as decimal");
}

#[test]
fn packing_twice_gives_the_same_bytes() {
    let files = awkward(Path::new("/srv"));
    let (one, other) = (pack(&files, &facts()), pack(&files, &facts()));
    assert_eq!(one.outputs(), other.outputs());
    assert_eq!(one.manifest_json(), other.manifest_json());
    assert_eq!(
        sha256(&one.outputs()["user-data.gz"].bytes),
        sha256(&gzip(&one.outputs()["user-data"].bytes).unwrap())
    );
}

#[test]
fn the_tar_holds_every_file_as_root_wrote_it_at_time_zero() {
    let files = awkward(Path::new("/srv"));
    let long = format!("/srv/{}/{}", "d".repeat(150), "f".repeat(200));
    let files = Files::from_iter(files.iter().cloned().chain([File::text(&long, "long")]));
    let bytes = pack(&files, &facts()).outputs()["bundle.tar"].bytes.clone();
    let mut archive = tar::Archive::new(bytes.as_slice());
    for (entry, file) in archive.entries().unwrap().zip(files.iter()) {
        let mut entry = entry.unwrap();
        assert_eq!(format!("/{}", entry.path().unwrap().display()), file.path);
        let header = entry.header();
        assert_eq!(
            (header.mode().unwrap(), header.uid().unwrap(), header.mtime().unwrap()),
            (file.mode, 0, 0)
        );
        let mut content = Vec::new();
        io::Read::read_to_end(&mut entry, &mut content).unwrap();
        assert_eq!(content, file.bytes);
    }
}

#[test]
fn the_budget_adds_up() {
    let artifact = pack(&awkward(Path::new("/srv")), &facts());
    let budget = &artifact.manifest().budget;
    assert_eq!(budget.contributors.iter().map(|part| part.bytes).sum::<usize>(), budget.used);
    let text = &artifact.outputs()["user-data"].bytes;
    assert_eq!(budget.used, text.len().div_ceil(3) * 4 + budget.reserved);
    assert_eq!(budget.verdict, Verdict::Fits);
    let with_limit =
        |limit| pack(&awkward(Path::new("/srv")), &Facts { limit, ..facts() }).manifest().budget.verdict;
    let alone = budget.used - budget.reserved;
    assert_eq!(with_limit(alone * 5 / 4), Verdict::Tight);
    assert_eq!(with_limit(alone * 5 / 4 + 2), Verdict::Fits);
    assert_eq!(with_limit(budget.used), Verdict::Tight);
    assert_eq!(with_limit(budget.used - 1), Verdict::FileOnly);
    let compressed = artifact.outputs()["user-data.gz"].bytes.len().div_ceil(3) * 4 + budget.reserved;
    assert_eq!(budget.used_compressed, Some(compressed));
    assert_eq!(with_limit(compressed), Verdict::FileOnly);
    assert_eq!(with_limit(compressed - 1), Verdict::Over);
}

#[test]
fn what_is_much_too_large_has_no_text_but_a_budget() {
    let artifact = pack(&awkward(Path::new("/srv")), &Facts { limit: 600, ..facts() });
    let budget = &artifact.manifest().budget;
    assert!(!artifact.outputs().contains_key("user-data"));
    assert_eq!(budget.verdict, Verdict::Over);
    assert_eq!(budget.contributors.iter().map(|part| part.bytes).sum::<usize>(), budget.used);
    let whole = pack(&awkward(Path::new("/srv")), &facts()).manifest().budget.used;
    assert!((whole / 2..whole * 2).contains(&budget.used), "{} is no guess of {whole}", budget.used);
}

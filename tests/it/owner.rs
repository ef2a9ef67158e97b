//! What an owner does with a host that runs: with the real `age`, and programs in the place of ssh that note what they
//! are told. That a real host takes it is asked in the boot tests.

use assert_cmd::Command;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const KEYSCAN: &str = "#!/bin/sh
echo \"$*\" >>\"$NOTES/keyscan\"
echo '# a comment'
echo '203.0.113.7 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
";
const FINGERPRINT: &str = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU";
const SSH: &str = "#!/bin/sh
echo \"$*\" >>\"$NOTES/arguments\"
for last; do :; done
case $last in
    *sealed) cat \"$NOTES/sealed.age\" ;;
    *) cat >>\"$NOTES/input\" ;;
esac
";
const SEED: &str =
    "vpsgen-seed-v1 oracle-vps 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// A directory with the programs in place of ssh, and a recovery key.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().expect("a directory"));
        for (name, text) in [("ssh", SSH), ("ssh-keyscan", KEYSCAN)] {
            fs::write(desk.path().join(name), text).expect("a file");
            fs::set_permissions(desk.path().join(name), fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn vpsgen(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("vpsgen").expect("the program");
        let path = format!("{}:{}", self.path().display(), std::env::var("PATH").unwrap_or_default());
        command.current_dir(self.path()).env("PATH", path).env("NOTES", self.path()).args(arguments);
        command
    }

    fn notes(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_default()
    }

    /// Makes the recovery key; what is printed for the blueprint.
    fn recipient(&self) -> String {
        let output =
            self.vpsgen(&["keygen", "--no-passphrase"]).assert().success().get_output().stdout.clone();
        let printed = String::from_utf8(output).expect("text");
        let word = printed.split(['{', '}', ' ']).find(|word| word.starts_with("age1"));
        word.expect("a recipient").to_string()
    }
}

#[test]
fn a_recovery_key_is_private_and_never_overwritten() {
    let desk = Desk::new();
    let recipient = desk.recipient();
    let file = desk.path().join("recovery.key");
    assert_eq!(fs::metadata(&file).expect("the key").permissions().mode() & 0o777, 0o600);
    let key = desk.notes("recovery.key");
    assert!(key.contains("AGE-SECRET-KEY-") && key.contains(&recipient), "age's own format");
    desk.vpsgen(&["keygen", "--no-passphrase"]).assert().code(2);
    assert_eq!(desk.notes("recovery.key"), key);
    fs::write(desk.path().join("overlay.yaml"), format!("access: {{recovery: {recipient}}}\n"))
        .expect("a file");
    let checked = desk.vpsgen(&["check", "-O", "overlay.yaml"]).assert().success();
    let said = String::from_utf8_lossy(&checked.get_output().stderr).into_owned();
    assert!(!said.contains("recovery-"), "{said}");
}

#[test]
fn a_host_gets_its_seed_from_a_sealed_copy() {
    let desk = Desk::new();
    let recipient = desk.recipient();
    fs::write(desk.path().join("plain"), SEED).expect("a file");
    let mut seal = std::process::Command::new("age");
    seal.args(["--armor", "-r", &recipient, "-o", "sealed.age", "plain"]).current_dir(desk.path());
    assert!(seal.status().expect("age").success());
    let host = "ubuntu@203.0.113.7";
    desk.vpsgen(&["unlock", host, "--host-key", FINGERPRINT]).assert().success();
    assert_eq!(desk.notes("input"), SEED);
    let arguments = desk.notes("arguments");
    assert!(arguments.contains("StrictHostKeyChecking=yes") && arguments.contains("sudo vpsctl unlock"));
    assert!(!arguments.contains("000102"), "no secret in arguments: {arguments}");
}

#[test]
fn credentials_are_printed_only_where_they_are_meant_to_be() {
    let desk = Desk::new();
    let recipient = desk.recipient();
    fs::write(desk.path().join("plain"), SEED).expect("a file");
    let mut seal = std::process::Command::new("age");
    seal.args(["--armor", "-r", &recipient, "-o", "sealed.age", "plain"]).current_dir(desk.path());
    assert!(seal.status().expect("age").success());
    let refused = desk.vpsgen(&["credentials", "--sealed", "sealed.age"]).assert().code(2);
    assert!(refused.get_output().stdout.is_empty(), "a test's output is no terminal");
    let from_file = desk.vpsgen(&["credentials", "--sealed", "sealed.age", "--anywhere"]).assert().success();
    let printed = String::from_utf8_lossy(&from_file.get_output().stdout).into_owned();
    let host = ["credentials", "--host", "203.0.113.7", "--host-key", FINGERPRINT, "--anywhere"];
    let from_host = desk.vpsgen(&host).assert().success();
    assert_eq!(printed, String::from_utf8_lossy(&from_host.get_output().stdout));
    let rows: Vec<Vec<&str>> = printed.lines().map(|line| line.split_whitespace().collect()).collect();
    let passwords = rows.iter().skip(1).filter_map(|row| row.last()).filter(|word| word.len() == 32).count();
    assert_eq!(passwords, rows.len() - 1, "{printed}");
    for wanted in ["nextcloud-app admin admin", "mail-db mail postmaster@example.com", "grafana admin admin"]
    {
        assert!(rows.iter().any(|row| row.join(" ").starts_with(wanted)), "{wanted}: {printed}");
    }
    fs::write(desk.path().join("other.yaml"), "host: {name: other}\n").expect("a file");
    let other = ["credentials", "-O", "other.yaml", "--sealed", "sealed.age", "--anywhere"];
    let refused = desk.vpsgen(&other).assert().code(3);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("the seed is that of the host oracle-vps") && !said.contains("000102"), "{said}");
}

#[test]
fn nothing_is_sent_to_a_host_with_another_key() {
    let desk = Desk::new();
    let other = FINGERPRINT.replace('+', "-");
    let refused = desk
        .vpsgen(&["secret", "set", "203.0.113.7", "given/rclone", "--host-key", &other])
        .write_stdin("a secret")
        .assert()
        .code(3);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("another key") && said.contains(FINGERPRINT), "{said}");
    assert_eq!((desk.notes("arguments"), desk.notes("input")), (String::new(), String::new()));
}

#[test]
fn a_secret_goes_to_a_known_host_by_standard_input() {
    let desk = Desk::new();
    desk.vpsgen(&["secret", "set", "203.0.113.7", "given/rclone", "--port", "2222"])
        .write_stdin("a secret")
        .assert()
        .success();
    assert_eq!(desk.notes("input"), "a secret");
    let arguments = desk.notes("arguments");
    assert!(arguments.contains("-p2222") && arguments.contains("StrictHostKeyChecking=yes"), "{arguments}");
    assert!(!arguments.contains("a secret") && desk.notes("keyscan").is_empty(), "{arguments}");
    desk.vpsgen(&["secret", "set", "203.0.113.7", "x; reboot"]).write_stdin("").assert().code(2);
    desk.vpsgen(&["secret", "set", "-oProxyCommand=x", "given/rclone"]).assert().code(2);
}

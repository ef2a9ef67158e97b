//! The program from outside: output, exit codes, streams.

use crate::support::root;
use assert_cmd::Command;
use assert_cmd::assert::Assert;

fn vpsgen(arguments: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("vpsgen").expect("the program");
    command.current_dir(root()).args(arguments).env("NO_COLOR", "1").assert()
}

fn stdout(assert: &Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
}

fn stderr(assert: &Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

#[test]
fn exit_codes_say_whose_turn_it_is() {
    vpsgen(&["check"]).code(0);
    vpsgen(&["check", "--strict"]).code(1);
    let refusal = "tests/refusals/check/duplicate-port.yaml";
    vpsgen(&["check", "tests/refusals/check/_base.yaml", "-O", refusal]).code(1);
    vpsgen(&["no-such-command"]).code(2);
    vpsgen(&["explain", "no-such-code"]).code(2);
    vpsgen(&["build", "-o", "/proc/no/such/place"]).code(3);
}

#[test]
fn results_and_reports_go_to_different_streams() {
    let check = vpsgen(&["check"]);
    assert_eq!(stdout(&check), "the blueprint is fine\n");
    assert!(stderr(&check).contains("warning[recovery-missing]"));
    assert!(!stderr(&check).contains('\u{1b}'), "colour without a terminal");
}

#[test]
fn every_code_is_explained() {
    for code in vpsgen::report::Code::ALL {
        let text = stdout(&vpsgen(&["explain", code.id()]).code(0));
        assert!(text.starts_with(code.severity().name()) && text.len() > 80, "{text}");
    }
}

#[test]
fn explain_says_where_a_value_comes_from() {
    let overlay = "overlays/diegonmarcos.yaml";
    let text = stdout(&vpsgen(&["explain", "host.domain", "-O", overlay]).code(0));
    assert!(text.contains("overlays/diegonmarcos.yaml:"), "{text}");
    assert!(text.contains("over") && text.contains("blueprints/oracle-vps.yaml:"), "{text}");
    let image = stdout(&vpsgen(&["explain", "services.redis.image"]).code(0));
    assert!(image.contains("catalogue/redis.yaml:"), "{image}");
}

#[test]
fn a_near_miss_is_named() {
    assert!(
        stderr(&vpsgen(&["explain", "duplicate-prot"]).code(2)).contains("did you mean `duplicate-port`?")
    );
}

#[test]
fn reports_are_data_too() {
    let output = stdout(&vpsgen(&["check", "--format", "json", "--strict"]).code(1));
    let document: serde_json::Value = serde_json::from_str(&output).expect("JSON");
    let first = &document["diagnostics"][0];
    assert_eq!(first["severity"], "warning");
    assert!(first["labels"][0]["line"].as_u64().is_some_and(|line| line > 0), "{first}");
}

#[test]
fn show_prints_tables_and_data() {
    for subject in ["host", "networks", "ports", "files", "budget"] {
        let text = stdout(&vpsgen(&["show", subject]).code(0));
        assert!(text.lines().count() > 3, "{text}");
        let data = stdout(&vpsgen(&["show", subject, "--format", "json"]).code(0));
        let document: serde_json::Value = serde_json::from_str(&data).expect("JSON");
        assert!(document["show"][0]["rows"].as_array().is_some_and(|rows| !rows.is_empty()), "{data}");
    }
}

#[test]
fn the_specification_s_ports_are_shown() {
    let text = stdout(&vpsgen(&["show", "ports"]));
    for port in ["22/tcp", "80/tcp", "443/tcp", "25/tcp", "587/tcp", "993/tcp"] {
        assert!(text.contains(port), "{port} in\n{text}");
    }
    for port in ["127.0.0.1:8080", "127.0.0.1:8081", "127.0.0.1:8082", "127.0.0.1:8025"] {
        assert!(text.contains(port), "{port} in\n{text}");
    }
}

#[test]
fn what_is_made_for_shells_and_editors() {
    let schema: serde_json::Value =
        serde_json::from_str(&stdout(&vpsgen(&["schema"]).code(0))).expect("JSON");
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema["properties"]["services"].is_object());
    assert!(stdout(&vpsgen(&["completions", "bash"]).code(0)).contains("complete -F"));
    assert!(stdout(&vpsgen(&["man"]).code(0)).contains(".TH vpsgen 1"));
}

#[test]
fn help_has_examples() {
    assert!(stdout(&vpsgen(&["--help"]).code(0)).contains("Examples:"));
    for command in ["build", "check", "show", "explain", "init"] {
        assert!(stdout(&vpsgen(&[command, "--help"]).code(0)).contains("Example"), "{command}");
    }
}

#[test]
fn init_writes_a_start_and_never_overwrites() {
    let directory = tempfile::tempdir().expect("a directory");
    let run = || {
        Command::cargo_bin("vpsgen")
            .expect("the program")
            .current_dir(&directory)
            .arg("init")
            .assert()
            .success()
    };
    run();
    let blueprint = directory.path().join("blueprints/oracle-vps.yaml");
    std::fs::write(&blueprint, "mine").expect("written");
    assert!(stdout(&run()).contains("kept what is there already: ./blueprints/oracle-vps.yaml"));
    assert_eq!(std::fs::read_to_string(&blueprint).expect("read"), "mine");
}

#[test]
fn the_shipped_blueprint_builds_from_anywhere() {
    let directory = tempfile::tempdir().expect("a directory");
    let build = Command::cargo_bin("vpsgen")
        .expect("the program")
        .current_dir(&directory)
        .arg("build")
        .assert()
        .success();
    assert!(stdout(&build).contains("paste output/oracle-vps/user-data"), "{}", stdout(&build));
    assert!(directory.path().join("output/oracle-vps/user-data").is_file());
}

/// With a stand-in for the cloud's command line that looks for the file it shall send.
#[test]
fn the_launch_script_finds_the_user_data_from_anywhere() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a directory");
    let output = directory.path().join("output");
    vpsgen(&["build", "-o", output.to_str().expect("text")]).success();
    let oci = directory.path().join("oci");
    let program = "#!/bin/sh\nuntil [ $# = 0 ] || [ \"$1\" = --user-data-file ]; do shift; done\n\
                   [ $# = 0 ] || cat \"$2\" >\"${0%/*}/sent\"\necho an-id\n";
    std::fs::write(&oci, program).expect("written");
    std::fs::set_permissions(&oci, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let path = format!("{}:{}", directory.path().display(), std::env::var("PATH").expect("a path"));
    let mut launch = Command::new(output.join("oracle-vps/oci/launch.sh"));
    for name in ["COMPARTMENT", "AVAILABILITY_DOMAIN", "SUBNET", "IMAGE", "SSH_KEY"] {
        launch.env(name, "x");
    }
    launch.current_dir("/").env("PATH", path).assert().success();
    let sent = std::fs::read(directory.path().join("sent")).expect("what was sent");
    assert_eq!(sent, std::fs::read(output.join("oracle-vps/user-data.gz")).expect("the file"));
}

#[test]
fn the_audit_names_and_counts_who_has_the_host_s_user_ids() {
    let directory = tempfile::tempdir().expect("a directory");
    let overlay = directory.path().join("overlay.yaml");
    let text =
        "services: {grafana: {host_namespaces: [user], reasons: {host_user: its files belong to the host}}}";
    std::fs::write(&overlay, text).expect("written");
    let overlay = overlay.to_str().expect("text");
    let audit = |more: &[&str]| {
        let arguments: Vec<&str> = ["audit"].iter().chain(more).copied().collect();
        stdout(&vpsgen(&arguments))
    };
    assert!(audit(&[]).ends_with("With the host's user ids: 0 of 14 services\n"));
    assert!(audit(&["-O", overlay]).ends_with("With the host's user ids: 1 of 14 services: grafana\n"));
    let data: serde_json::Value =
        serde_json::from_str(&audit(&["-O", overlay, "--format", "json"])).expect("JSON");
    assert_eq!(data["audit"]["with_host_ids"], serde_json::json!(["grafana"]));
}

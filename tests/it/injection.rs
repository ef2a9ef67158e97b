//! Any text that the language accepts means itself in the files: nasty strings go into every field of free text, and
//! independent readers have to find them again. What the other consumers read is judged by themselves (tests/native).

use crate::support::{base, compile_texts};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::process::Command;
use vpsgen::Compiled;

/// Characters that mean something to a shell, YAML, systemd, NGINX or Compose, and some that only look strange.
fn nasty() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "'", "\"", "\\", "\n", "\t", "$", "${HOME}", "$$", "$(id)", "`id`", ";", "%", "%n", "#", " #", ": ",
        "- ", "--", "-", "{", "}", "{{ x }}", "[", "]", "&", "*", "!", "|", ">", "<", "=", "~", "null",
        "yes", "on", "0644", "1e3", "22:22", "é", "日本", "\u{202e}", "\u{feff}", "a", "B", "7", " ", "  ",
        "*/", "@", ",", "?",
    ]);
    prop::collection::vec(pieces, 1..8).prop_map(|pieces| pieces.concat())
}

fn compile(overlay: &Value) -> (Compiled, String) {
    compile_texts(&[&base(), &serde_json::to_string(overlay).expect("JSON is YAML")])
}

fn file(compiled: &Compiled, path: &str) -> String {
    let artifact = compiled.artifact.as_ref().expect("an artifact");
    String::from_utf8(artifact.outputs()[&format!("tree{path}")].bytes.clone()).expect("text")
}

/// A reference of the language would be replaced; written twice, the dollar stands for itself.
fn literal(text: &str) -> String {
    text.replace("${", "$${")
}

fn compose(compiled: &Compiled) -> Value {
    serde_yaml::from_str(&file(compiled, "/opt/docker/front/compose.yaml")).expect("YAML")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn compose_keeps_environment_commands_and_tests(text in nasty()) {
        let said = literal(&text);
        let web = json!({
            "environment": { "VALUE": said },
            "command": ["program", said],
            "entrypoint": [said],
            "health": { "test": said },
        });
        let (compiled, report) = compile(&json!({ "services": { "web": web } }));
        prop_assert!(compiled.artifact.is_some(), "{report}");
        // Compose turns `$$` back into `$`.
        let doubled = text.replace('$', "$$");
        let web = &compose(&compiled)["services"]["web"];
        prop_assert_eq!(&web["environment"]["VALUE"], &json!(doubled));
        prop_assert_eq!(&web["command"][1], &json!(doubled));
        prop_assert_eq!(&web["entrypoint"][0], &json!(doubled));
        prop_assert_eq!(&web["healthcheck"]["test"][1], &json!(doubled));
    }

    #[test]
    fn files_of_services_are_byte_for_byte(text in nasty()) {
        let files = json!({
            "/srv/text": { "text": literal(&text) },
            "/srv/value.yaml": { "yaml": { "key": literal(&text) } },
            "/srv/value.json": { "json": { "key": literal(&text) } },
        });
        let (compiled, report) = compile(&json!({ "services": { "web": { "files": files } } }));
        prop_assert!(compiled.artifact.is_some(), "{report}");
        prop_assert_eq!(file(&compiled, "/opt/docker/front/web/srv/text"), text.clone());
        let yaml: Value = serde_yaml::from_str(&file(&compiled, "/opt/docker/front/web/srv/value.yaml")).expect("YAML");
        prop_assert_eq!(&yaml["key"], &json!(text.clone()));
        let json: Value = serde_json::from_str(&file(&compiled, "/opt/docker/front/web/srv/value.json")).expect("JSON");
        prop_assert_eq!(&json["key"], &json!(text));
    }

    #[test]
    fn a_comment_of_a_port_is_refused_or_kept(text in nasty()) {
        let (compiled, _) = compile(&json!({ "firewall": { "external": { "22/tcp": literal(&text) } } }));
        if compiled.artifact.is_some() {
            let rules = file(&compiled, "/usr/share/vpsgen/ufw.rules");
            let rule = rules.lines().find(|line| line.starts_with("allow 22/tcp")).expect("the rule");
            prop_assert_eq!(rule, format!("allow 22/tcp comment '{text}'"));
            let artifact = compiled.artifact.as_ref().expect("an artifact");
            let list: Value = serde_json::from_slice(&artifact.outputs()["oci/security-list.json"].bytes).expect("JSON");
            prop_assert_eq!(&list["ingressSecurityRules"][0]["description"], &json!(text));
        }
    }

    /// Everything else has an alphabet: what it accepts needs no quotes anywhere.
    #[test]
    fn names_paths_and_numbers_are_plain(text in nasty()) {
        use vpsgen::render::template::is_plain;
        use vpsgen::value::*;
        macro_rules! plain_or_refused {
            ($($type:ty),*) => {
                $(if let Ok(value) = text.parse::<$type>() {
                    prop_assert!(is_plain(&value.to_string()), "{} accepts {text:?}", stringify!($type));
                })*
            };
        }
        plain_or_refused!(
            Name, NetworkName, DnsName, EmailAddress, MailUser, ImageReference, SecretName, PackageName, VariableName,
            AbsolutePath, UserId, FileMode, Size, ClockTime, Timespan, Timezone, ExternalPort, PublishedPort, FlowTarget
        );
    }
}

/// The parser that cloud-init uses, and the shell's own reader of words.
#[test]
fn python_reads_the_same() {
    let texts = [
        "yes",
        "22:22",
        "a: b",
        "it\"s",
        "$HOME",
        "#x",
        " lead",
        "trail ",
        "-",
        "é\u{202e}",
        "1_000",
        "=",
        "<<",
        "0x1F",
    ];
    for text in texts {
        let web = json!({ "environment": { "VALUE": text } });
        let (compiled, report) = compile(&json!({ "services": { "web": web } }));
        assert!(compiled.artifact.is_some(), "{report}");
        let script =
            "import sys, yaml, json; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read().decode())))";
        let output = run_python(script, &file(&compiled, "/opt/docker/front/compose.yaml"));
        let value: Value = serde_json::from_str(&output).expect("JSON");
        assert_eq!(
            value["services"]["web"]["environment"]["VALUE"],
            json!(text.replace('$', "$$")),
            "{text:?}"
        );
    }
}

fn run_python(script: &str, input: &str) -> String {
    use std::io::Write;
    use std::process::Stdio;
    let mut child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 with PyYAML");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("ended");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text")
}

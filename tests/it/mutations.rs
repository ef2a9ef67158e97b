//! Ways to break the isolation, one small file each in `tests/mutations`: what is changed, and who has to catch it. The
//! build refuses with a code, or the audit shows an edge that wasn't there; what only a probe can tell is tried in
//! network namespaces by the native tests. A new way is a new file.

use crate::support::{compile_files, compile_texts_over_design, root};
use std::collections::BTreeSet;
use vpsgen::audit::edges;
use vpsgen::host::Host;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    what: String,
    blueprint: Option<serde_yaml::Value>,
    #[serde(default)]
    filter: Vec<String>,
    #[serde(default)]
    nft: Vec<String>,
    probe: Option<serde_yaml::Value>,
    caught_by: String,
}

fn mutations() -> Vec<(String, Mutation)> {
    let files = std::fs::read_dir(root().join("tests/mutations")).expect("mutations");
    let mut found: Vec<(String, Mutation)> = files
        .map(|file| {
            let path = file.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a mutation");
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let mutation = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, mutation)
        })
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

fn edges_of(host: &Host) -> BTreeSet<String> {
    edges(host).iter().map(|edge| format!("{} -> {} {}", edge.from, edge.to, edge.means)).collect()
}

#[test]
fn each_is_caught_by_whom_it_names() {
    let (design, report) = compile_files(&["blueprints/oracle-vps.yaml".into()]);
    let before = edges_of(&design.and_then(|it| it.host).unwrap_or_else(|| panic!("{report}")));
    let mutations = mutations();
    assert!(mutations.len() >= 40, "{} ways", mutations.len());
    let mut missed = Vec::new();
    for (name, mutation) in &mutations {
        let (by, sign) = mutation.caught_by.split_once(' ').unwrap_or((&mutation.caught_by, ""));
        match by {
            "build" => {
                let (_, report) = compile(mutation);
                if !report.contains(&format!("[{sign}]")) {
                    missed.push(format!("{name} ({}):\n{report}", mutation.what));
                }
            }
            "audit" => {
                let (host, report) = compile(mutation);
                let after = host.as_ref().map(edges_of).unwrap_or_default();
                if before.contains(sign) || !after.contains(sign) {
                    missed.push(format!("{name} ({}): {after:#?}\n{report}", mutation.what));
                }
            }
            _ => expect_probe(name, mutation),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

fn compile(mutation: &Mutation) -> (Option<Host>, String) {
    let overlay = mutation.blueprint.as_ref().expect("a blueprint");
    let (compiled, report) = compile_texts_over_design(&serde_yaml::to_string(overlay).expect("YAML"));
    (compiled.host, report)
}

fn expect_probe(name: &str, mutation: &Mutation) {
    let changes = mutation.filter.len() == 2 || !mutation.nft.is_empty();
    let is_whole = mutation.caught_by == "probe" && mutation.probe.is_some() && changes;
    assert!(is_whole, "{name} says neither build nor audit, and is no probe");
}

//! The whole stage on a small language of its own, so that these tests don't change with the blueprint.

use indexmap::IndexMap;
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

use super::*;
use crate::blueprint::path::{Path, path};
use crate::blueprint::testing::codes;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Document {
    host: Host,
    #[serde(default)]
    services: IndexMap<Word, Service>,
    #[serde(default)]
    sites: IndexMap<Word, IndexMap<String, String>>,
    #[serde(default)]
    zones: IndexMap<Word, Zone>,
    #[serde(default)]
    extra: NotEmpty,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Host {
    name: Word,
    domain: String,
    #[serde(default)]
    cpus: Option<u8>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Service {
    r#use: Option<String>,
    zone: Option<String>,
    image: Option<String>,
    with: IndexMap<String, String>,
    command: Vec<String>,
    port: Option<u16>,
    limits: Option<Limits>,
    mode: Option<Mode>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Limits {
    cpus: f64,
    memory: Word,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    Fast,
    Slow { delay: u32 },
    Named(Word),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Zone {
    network: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
struct Word(String);

impl TryFrom<String> for Word {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let good = text.chars().all(|character| character.is_ascii_lowercase() || character == '-');
        if good { Ok(Self(text)) } else { Err(format!("`{text}` is not a word\nuse lowercase letters")) }
    }
}

/// A map that complains when it has no entry, as it would if all of them were skipped.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(try_from = "IndexMap<String, u8>")]
struct NotEmpty(IndexMap<String, u8>);

impl TryFrom<IndexMap<String, u8>> for NotEmpty {
    type Error = String;

    fn try_from(entries: IndexMap<String, u8>) -> Result<Self, String> {
        if entries.is_empty() { Err("needs an entry".to_owned()) } else { Ok(Self(entries)) }
    }
}

struct Fragments;

impl Library for Fragments {
    fn open(&self, name: &str) -> Result<(String, String), OpenError> {
        let text = match name {
            "app" => {
                "image: app:1\ncommand: [run, \"${with.data}\", \"${service.name}\"]\nlimits: {cpus: 1, memory: small}\n"
            }
            "base" => "image: base:1\nport: 80\n",
            "over-base" => "use: base\nimage: over:1\n",
            "broken" => "image: [\n",
            _ => return Err(OpenError::Unknown),
        };
        Ok((format!("{name}.yaml"), text.to_owned()))
    }

    fn names(&self) -> Vec<String> {
        vec!["app".to_owned(), "base".to_owned()]
    }
}

struct Read {
    value: Option<Document>,
    tree: Tree,
    sources: Sources,
    report: Report,
}

impl Read {
    fn of(texts: &[&str]) -> Self {
        let (mut sources, mut report) = (Sources::default(), Report::new());
        let files: Vec<FileId> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| sources.add(format!("{index}.yaml"), *text))
            .collect();
        let Reading { value, tree } = read(files[0], &files[1..], &mut sources, &Fragments, &mut report);
        Self { value, tree, sources, report }
    }

    fn good(texts: &[&str]) -> (Document, Self) {
        let mut read = Self::of(texts);
        let said =
            crate::report::text::render(&read.report, &read.sources, crate::report::text::Colour::Never);
        assert!(said.is_empty(), "{said}");
        (read.value.take().expect("a value"), read)
    }

    fn said(&self) -> Vec<String> {
        self.report.iter().map(|diagnostic| diagnostic.message.clone()).collect()
    }

    fn file_and_line(&self, path: &Path) -> String {
        let span = self.tree.span(path).expect("a value");
        format!("{}:{}", self.sources.name(span.file), self.sources.line_column(span).0)
    }
}

const HOST: &str = "host: {name: box, domain: example.com}\n";

fn with_host(text: &str) -> String {
    format!("{HOST}{text}")
}

fn service<'a>(document: &'a Document, name: &str) -> &'a Service {
    document.services.get(&Word(name.to_owned())).expect("a service")
}

#[test]
fn references_take_the_value_as_it_is_needed() {
    let text = with_host(
        "services:\n  web:\n    zone: front\n    with: {port: '8080', data: /srv}\n    port: ${with.port}\n    \
         command: ['${service.port}', '${zone.name}-${zone.network}', 'a${host.domain}b', '$${x} $', '${with.size:-1G}']\n\
         zones: {front: {network: net}}\nsites: {www: {name: 'www.${host.domain}', key: '${site.key}', same: '${site.name}'}}\n",
    );
    let (document, _) = Read::good(&[&text]);
    let web = service(&document, "web");
    assert_eq!(web.port, Some(8080));
    assert_eq!((document.host.name.0.as_str(), document.host.domain.as_str()), ("box", "example.com"));
    assert_eq!(document.zones[&Word("front".to_owned())].network, "net");
    assert_eq!(web.command, ["8080", "front-net", "aexample.comb", "${x} $", "1G"]);
    let www = &document.sites[&Word("www".to_owned())];
    assert_eq!(
        (www["name"].as_str(), www["key"].as_str(), www["same"].as_str()),
        ("www.example.com", "www", "www.example.com")
    );
}

#[test]
fn an_overlay_changes_what_refers_to_its_values() {
    let text = with_host("services: {web: {image: '${host.domain}'}}");
    let (document, read) = Read::good(&[&text, "host: {domain: example.org}", "host: {cpus: 4}"]);
    assert_eq!(service(&document, "web").image.as_deref(), Some("example.org"));
    assert_eq!(document.host.cpus, Some(4));
    let origin = read.tree.origin(&path!["services", "web", "image"]).expect("a value");
    assert_eq!(
        origin.referenced.iter().map(|&span| read.sources.name(span.file)).collect::<Vec<_>>(),
        ["1.yaml"]
    );
    let origin = read.tree.origin(&path!["host", "domain"]).expect("a value");
    assert_eq!(
        origin.overridden.iter().map(|&span| read.sources.name(span.file)).collect::<Vec<_>>(),
        ["0.yaml"]
    );
}

#[test]
fn a_fragment_lies_under_the_service_in_whatever_file_it_is() {
    let text = with_host("services:\n  one: {use: app, with: {data: /srv}, limits: {cpus: 2}}\n");
    let overlay = "services: {two: {use: over-base}, one: {command: ~}}";
    let (document, read) = Read::good(&[&text, overlay]);
    let names: Vec<&str> = document.services.keys().map(|name| name.0.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
    let one = service(&document, "one");
    assert_eq!((one.image.as_deref(), one.command.len()), (Some("app:1"), 0));
    assert_eq!(
        one.limits.as_ref().map(|limits| (limits.cpus, limits.memory.0.as_str())),
        Some((2.0, "small"))
    );
    assert_eq!(service(&document, "two").image.as_deref(), Some("over:1"));
    assert_eq!(service(&document, "two").port, Some(80));
    assert_eq!(service(&document, "two").r#use.as_deref(), Some("over-base"));
    assert_eq!(read.file_and_line(&path!["services", "one", "image"]), "app.yaml:1");
    assert_eq!(read.file_and_line(&path!["services", "one", "limits", "cpus"]), "0.yaml:3");
}

#[test]
fn an_overlay_may_choose_another_fragment_or_none() {
    let text = with_host("services: {web: {use: app, with: {data: /srv}}}");
    let (document, _) = Read::good(&[&text, "services: {web: {use: base}}"]);
    assert_eq!(service(&document, "web").image.as_deref(), Some("base:1"));
    let (document, _) = Read::good(&[&text, "services: {web: {use: ~}}"]);
    assert_eq!(service(&document, "web").image, None);
    let (document, _) = Read::good(&[&text, "services: {web: ~}", "services: {web: {use: base}}"]);
    assert_eq!(service(&document, "web").image.as_deref(), Some("base:1"));
    assert!(service(&document, "web").with.is_empty());
}

#[test]
fn all_mistakes_are_told_in_one_run_and_none_twice() {
    let read = Read::of(&[
        "host: {nmae: box, domian: x, cpus: 300}\nservices:\n  Web: {imgae: x, port: http}\n  \
        app: {limits: {}, mode: quick, command: [1, two, [3]]}\n  job: {mode: {slow: {}}, zone: 7}\nzones: {front: {}}\n",
    ]);
    let said = read.said();
    let expected = [
        "unknown key `nmae`",
        "unknown key `domian`",
        "expected an integer from 0 to 255, found the integer 300",
        "`Web` is not a word",
        "unknown key `imgae`",
        "expected an integer, found the string \"http\"",
        "`limits` has no `cpus`",
        "`limits` has no `memory`",
        "unknown value `quick`",
        "expected a string, found the integer 1",
        "expected a string, found a list",
        "`slow` has no `delay`",
        "expected a string, found the integer 7",
        "`front` has no `network`",
    ];
    assert_eq!(said, expected);
    assert!(read.value.is_none(), "the host is needed and cannot be read");
}

#[test]
fn what_is_good_is_given_back_and_the_tree_knows_what_is_not() {
    let read = Read::of(&[&with_host(
        "services:\n  web: {port: http, image: a}\n  Bad: {image: b}\n  app: {limits: {cpus: 1}}\n  gone: {use: broken}\n",
    )]);
    let document = read.value.as_ref().expect("a value");
    let names: Vec<&str> = document.services.keys().map(|name| name.0.as_str()).collect();
    assert_eq!(names, ["web", "app", "gone"]);
    assert_eq!((service(document, "web").port, service(document, "web").image.as_deref()), (None, Some("a")));
    assert!(service(document, "app").limits.is_none());
    for path in [
        path!["services", "web", "port"],
        path!["services", "Bad"],
        path!["services", "Bad", "image"],
        path!["services", "app", "limits"],
        path!["services", "gone", "image"],
    ] {
        assert!(read.tree.dropped(&path), "{path}");
    }
    for path in
        [path!["services", "web", "image"], path!["services", "web", "zone"], path!["services", "none"]]
    {
        assert!(!read.tree.dropped(&path), "{path}");
    }
}

#[test]
fn a_place_is_the_value_or_the_key_or_the_nearest_thing_above() {
    let (_, read) = Read::good(&[&with_host("services:\n  web: {image: a, command: [b, c]}\n")]);
    let at = |path: &Path| read.sources.slice(read.tree.place(path));
    assert_eq!(at(&path!["services", "web", "image"]), "a");
    assert_eq!(at(&path!["services", "web", "command"]), "command");
    assert_eq!(at(&path!["services", "web", "command", 1]), "c");
    assert_eq!(at(&path!["services", "web", "zone"]), "web");
    assert_eq!(at(&path!["sites", "www"]), at(&path![]));
}

#[test]
fn the_three_forms_of_an_enum() {
    let (document, _) = Read::good(&[&with_host(
        "services: {a: {mode: fast}, b: {mode: {slow: {delay: 3}}}, c: {mode: {named: x}}, d: {mode: {fast: ~}}}",
    )]);
    let modes: Vec<_> =
        document.services.values().map(|service| service.mode.as_ref().expect("a mode")).collect();
    assert_eq!(
        modes,
        [&Mode::Fast, &Mode::Slow { delay: 3 }, &Mode::Named(Word("x".to_owned())), &Mode::Fast]
    );
}

#[test]
fn an_empty_value_is_an_empty_collection_and_no_text() {
    let (document, _) = Read::good(&[&with_host("services:\nzones: ~\n")]);
    assert!(document.services.is_empty() && document.zones.is_empty());
    assert_eq!(codes(&Read::of(&["host: {name: box, domain: }"]).report), ["wrong-type"]);
}

#[test]
fn a_map_that_only_complains_because_entries_were_skipped_is_not_told() {
    let read = Read::of(&[&with_host("extra: {a: 1, b: 2, c: 300}\n")]);
    assert_eq!(codes(&read.report), ["invalid-value"]);
    assert_eq!(read.value.expect("a value").extra.0.len(), 2);
    let read = Read::of(&[&with_host("extra: {a: 300}\n")]);
    assert_eq!(codes(&read.report), ["invalid-value"]);
}

#[test]
fn a_thousand_mistakes_are_told_and_more_are_not() {
    let services = |count: usize| -> String {
        let lines = (0..count).map(|index| format!("  {}: {{port: x}}\n", word(index)));
        with_host(&format!("services:\n{}", lines.collect::<String>()))
    };
    let read = Read::of(&[&services(900)]);
    assert_eq!((read.report.iter().count(), read.value.map(|value| value.services.len())), (900, Some(900)));
    let read = Read::of(&[&services(1_100)]);
    assert!(codes(&read.report).contains(&"too-many-mistakes"));
    assert!(read.value.is_none());
}

/// A number in letters, because names have no digits here.
fn word(number: usize) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

#[test]
fn a_broken_file_says_only_what_it_has_to_say_itself() {
    let read = Read::of(&["services: {web: {imgae: x}}", "host: ["]);
    assert_eq!(codes(&read.report), ["yaml-syntax"]);
    assert!(read.value.is_none() && read.tree.dropped(&path!["services"]));
}

#[test]
fn references_end() {
    let chain: String =
        (0..300).map(|index| format!("    k{index}: '${{services.web.with.k{}}}'\n", index + 1)).collect();
    let text = with_host(&format!("services:\n  web:\n   with:\n{chain}    k300: end\n"));
    let read = Read::of(&[&text]);
    assert!(codes(&read.report).iter().all(|code| *code == "too-deep") && read.report.has_errors());

    let doubled: String =
        (0..40).map(|index| format!("    k{index}: '${{with.k{0}}}${{with.k{0}}}'\n", index + 1)).collect();
    let read = Read::of(&[&with_host(&format!("services:\n  web:\n   with:\n{doubled}    k40: xxxxxxxx\n"))]);
    assert!(codes(&read.report).iter().all(|code| *code == "reference-budget") && read.report.has_errors());

    let nested = format!("{}x{}", "${".repeat(50_000), "}".repeat(50_000));
    let read = Read::of(&[&with_host(&format!("services: {{web: {{image: '{nested}'}}}}"))]);
    assert_eq!(codes(&read.report), ["too-deep"]);
}

#[test]
fn references_nest_and_a_default_is_for_what_may_be_absent() {
    let text = with_host(
        "services:\n  db: {with: {user: root}}\n  web:\n    with: {database: db}\n    \
         command: ['${services.${with.database}.with.user}', '${with.absent:-x-${host.name}}', '${zones.front.network:-none}']\n",
    );
    let (document, _) = Read::good(&[&text]);
    assert_eq!(service(&document, "web").command, ["root", "x-box", "none"]);
    let read = Read::of(&[&with_host("services: {web: {image: '${hots.name:-x}'}}")]);
    assert_eq!(codes(&read.report), ["unknown-reference"]);
}

#[test]
fn what_depends_on_a_mistake_is_silent() {
    let read = Read::of(&[&with_host(
        "services:\n  web: {image: '${host.nmae}', command: ['${service.image}', 'x${services.app.image}']}\n  app: {use: broken}\n",
    )]);
    assert_eq!(codes(&read.report), ["unknown-reference", "yaml-syntax"]);
}

/// Any value of the language, right or wrong, as it is written between brackets.
fn any_value() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "host", "services", "sites", "zones", "extra", "name", "domain", "cpus", "web", "app", "use", "zone",
        "image", "with", "command", "port", "limits", "memory", "mode", "slow", "Bad", "data", "nmae",
        "network",
    ]);
    let scalar = prop::sample::select(vec![
        "~",
        "true",
        "7",
        "1.5",
        "box",
        "app",
        "base",
        "over-base",
        "broken",
        "absent",
        "fast",
        "'${host.name}'",
        "'${with.data}'",
        "'${service.name}-${zone.network}'",
        "'${services.web.image}'",
        "'${services.${with.data}.port:-8}'",
        "'${x'",
        "'$${'",
        "&a x",
        "*a",
        "!t x",
    ]);
    let leaf = scalar.prop_map(str::to_owned);
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let entries = prop::collection::vec((key.clone(), inner.clone()), 0..6);
        let mapping = entries.prop_map(|entries| {
            let entries = entries.iter().map(|(key, value)| format!("{key}: {value}"));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        });
        let list = prop::collection::vec(inner, 0..3).prop_map(|values| format!("[{}]", values.join(", ")));
        prop_oneof![5 => mapping, 1 => list]
    })
}

fn any_document() -> impl Strategy<Value = String> {
    (any_value(), any_value(), any_value())
        .prop_map(|(web, app, sites)| format!("{HOST}services: {{web: {web}, app: {app}}}\nsites: {sites}\n"))
}

proptest! {
    #[test]
    fn whatever_is_written_reading_ends_and_says_the_same_again(base in any_document(), over in any_value()) {
        let texts = [base.as_str(), over.as_str()];
        let (first, second) = (Read::of(&texts), Read::of(&texts));
        prop_assert_eq!(first.said(), second.said());
        crate::report::text::render(&first.report, &first.sources, crate::report::text::Colour::Never);
        // Only a mistake may take a service away.
        let services = first.value.as_ref().map_or(0, |value| value.services.len());
        let expected = first.tree.root().get("services").map_or(0, |services| services.keys().count());
        prop_assert!(first.report.has_errors() || services == expected, "{base}");
    }
}

//! Trees over trees.

use super::*;
use crate::blueprint::parse::parse;
use crate::blueprint::testing::{codes, show};
use crate::report::Sources;

struct Merged {
    root: Node,
    sources: Sources,
    report: Report,
}

fn merged(below: &str, over: &str, layer: Layer) -> Merged {
    let (mut sources, mut report) = (Sources::default(), Report::new());
    let mut read = |name: &str, text: &str| {
        let file = sources.add(name, text);
        parse(sources.text(file), file, &mut report).expect("a good text")
    };
    let (mut root, over) = (read("below.yaml", below), read("over.yaml", over));
    merge(&mut root, over, layer, &mut report);
    Merged { root, sources, report }
}

impl Merged {
    fn name_of(&self, span: Span) -> &str {
        self.sources.name(span.file)
    }
}

fn overlaid(below: &str, over: &str) -> String {
    let merged = merged(below, over, Layer::Overlay);
    assert!(merged.report.is_empty(), "{:?}", codes(&merged.report));
    show(&merged.root)
}

#[test]
fn mappings_merge_deeply_and_keep_the_order_below() {
    assert_eq!(
        overlaid("a: {b: 1, c: {d: 2}}\ne: 3", "e: 4\na: {c: {f: 5}}"),
        "{a: {b: 1, c: {d: 2, f: 5}}, e: 4}"
    );
}

#[test]
fn lists_and_scalars_replace() {
    assert_eq!(overlaid("a: [1, 2]\nb: text\nc: ~", "a: [3]\nb: 4\nc: {d: 5}"), "{a: [3], b: 4, c: {d: 5}}");
    assert_eq!(overlaid("a: short form", "a: {long: form}"), "{a: {long: \"form\"}}");
}

#[test]
fn an_empty_value_removes() {
    assert_eq!(overlaid("a: {b: 1, c: 2}\nd: 3", "a: {b: ~}\nd:"), "{a: {c: 2}}");
}

#[test]
fn the_winner_keeps_its_place_and_remembers_the_losers() {
    let merged = merged("a: 1\nb: {c: 2}", "a: 3\nb: {d: 4}", Layer::Overlay);
    let a = merged.root.get("a").expect("a value");
    assert_eq!(merged.name_of(a.span), "over.yaml");
    assert_eq!(a.overridden().iter().map(|&span| merged.name_of(span)).collect::<Vec<_>>(), ["below.yaml"]);
    let b = merged.root.get("b").expect("a value");
    assert_eq!(merged.name_of(b.span), "below.yaml");
    assert!(b.overridden().is_empty());
}

#[test]
fn a_service_is_shown_at_its_own_place_and_not_in_its_fragment() {
    let merged = merged("a: {b: 1}", "a: {c: 2}", Layer::Service);
    let a = merged.root.as_mapping().and_then(|mapping| mapping.get("a")).expect("an entry");
    assert_eq!((merged.name_of(a.key_span), merged.name_of(a.value.span)), ("over.yaml", "over.yaml"));
}

#[test]
fn a_container_gives_way_only_to_its_like() {
    for (below, over) in
        [("a: {b: 1}", "a: 1"), ("a: {b: 1}", "a: [1]"), ("a: [1]", "a: 1"), ("a: [1]", "a: {b: 1}")]
    {
        let merged = merged(below, over, Layer::Overlay);
        assert_eq!(codes(&merged.report), ["overlay-conflict"], "{below} {over}");
        assert_eq!(show(&merged.root), show(&crate::blueprint::testing::Parsed::good(below)));
    }
}

#[test]
fn removing_nothing_is_a_mistake_of_an_overlay_and_stays_empty_in_a_service() {
    assert_eq!(codes(&merged("a: 1", "b: ~", Layer::Overlay).report), ["nothing-to-remove"]);
    assert_eq!(codes(&merged("a: 1", "b: {c: {d: ~, e: ~}}", Layer::Overlay).report).len(), 2);
    let service = merged("a: 1", "b: ~", Layer::Service);
    assert!(service.report.is_empty());
    assert_eq!(show(&service.root), "{a: 1, b: null}");
}

//! Texts to nodes: places, kinds, limits, and what no text may cause.

use proptest::prelude::*;

use super::*;
use crate::blueprint::testing::{Parsed, codes, show};

#[test]
fn every_value_has_the_place_where_it_stands() {
    let text = "a: plain word  # comment\nb: 'single'\nc: {d: [1, \"two\"]}\ne: |\n  block\n  text\nf:\n";
    let parsed = Parsed::of(text);
    assert_eq!(parsed.source(&["a"]), "plain word");
    assert_eq!(parsed.source(&["b"]), "'single'");
    assert_eq!(parsed.source(&["c"]), "{d: [1, \"two\"]}");
    assert_eq!(parsed.source(&["c", "d"]), "[1, \"two\"]");
    assert!(parsed.source(&["e"]).starts_with("block\n  text"));
    assert_eq!(parsed.source(&["f"]), "");
}

#[test]
fn a_block_mapping_ends_with_its_last_value() {
    let parsed = Parsed::of("a:\n  b: 1\n  c:\n    - x\n    - y\n\nd: 2\n");
    assert_eq!(parsed.source(&["a"]), "b: 1\n  c:\n    - x\n    - y");
}

#[test]
fn quotes_and_blocks_are_text_and_plain_scalars_are_what_they_look_like() {
    let root = Parsed::good("a: 1\nb: '1'\nc: \"true\"\nd: |-\n  1\ne: true\nf: ~\ng: no\nh: 0644\n");
    let expected = r#"{a: 1, b: "1", c: "true", d: "1", e: true, f: null, g: "no", h: "0644"}"#;
    assert_eq!(show(&root), expected);
}

#[test]
fn keys_keep_their_order_and_quoted_keys_are_keys() {
    assert_eq!(show(&Parsed::good("z: 1\n\"80\": 2\na: 3\n")), "{z: 1, 80: 2, a: 3}");
}

#[test]
fn other_line_ends_and_a_byte_order_mark_make_no_difference() {
    let parsed = Parsed::of("\u{feff}a: 1\r\nb:\r\n  c: text\r\n");
    assert_eq!(parsed.root.as_ref().map(show).as_deref(), Some(r#"{a: 1, b: {c: "text"}}"#));
    assert_eq!(parsed.source(&["b", "c"]), "text");
}

#[test]
fn an_alias_is_the_value_with_the_place_of_its_anchor() {
    let parsed = Parsed::of("a: &x {b: 1}\nc: *x\n");
    assert_eq!(parsed.root.as_ref().map(show).as_deref(), Some("{a: {b: 1}, c: {b: 1}}"));
    assert_eq!(parsed.source(&["c"]), "{b: 1}");
}

#[test]
fn the_deepest_value_that_is_allowed_is_allowed() {
    let nested = |depth: usize| format!("a: {}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(codes(&Parsed::of(&nested(MAX_DEPTH - 1)).report), Vec::<&str>::new());
    assert_eq!(codes(&Parsed::of(&nested(MAX_DEPTH)).report), ["too-deep"]);
    assert_eq!(codes(&Parsed::of(&nested(100_000)).report), ["too-deep"]);
}

#[test]
fn aliases_cannot_nest_deeper_than_values() {
    let half = "[".repeat(MAX_DEPTH / 2) + &"]".repeat(MAX_DEPTH / 2);
    let deep = format!("a: &a {half}\nb: {}*a{}\n", "[".repeat(MAX_DEPTH / 2), "]".repeat(MAX_DEPTH / 2));
    assert_eq!(codes(&Parsed::of(&deep).report), ["too-deep"]);
}

#[test]
fn aliases_may_copy_as_much_as_the_budget() {
    let list = |length: usize| format!("a: &a [{}]\n", "1, ".repeat(length));
    let within = list(99) + &format!("b: [{}]\n", "*a, ".repeat(MAX_ALIASED_NODES / 100));
    assert_eq!(codes(&Parsed::of(&within).report), Vec::<&str>::new());
    let beyond = list(99) + &format!("b: [{}]\n", "*a, ".repeat(MAX_ALIASED_NODES / 100 + 1));
    assert_eq!(codes(&Parsed::of(&beyond).report), ["alias-budget"]);
}

#[test]
fn what_stands_before_a_syntax_error_is_told_as_well() {
    assert_eq!(codes(&Parsed::of("a: 1\na: 2\nb: [1\n").report), ["duplicate-key", "yaml-syntax"]);
}

#[test]
fn empty_texts_are_empty_files() {
    for text in ["", "\n", "# comment", "---\n", "~", "null\n"] {
        assert_eq!(codes(&Parsed::of(text).report), ["empty-file"], "{text:?}");
    }
}

/// Texts of the characters that YAML cares about.
fn yaml_like() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "a", "b: ", ": ", "- ", "\n", "\n  ", "{", "}", "[", "]", ", ", "'", "\"", "|", ">", "&x ", "*x",
        "!t ", "#", " ", "? ", "---", "...", "%", "~", "\t", "ä", "\u{feff}", "\\", "<<: ", "1", "\r\n",
    ]);
    prop::collection::vec(words, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn no_text_causes_a_panic(text in any::<String>()) {
        Parsed::of(&text);
    }

    #[test]
    fn no_yaml_like_text_causes_a_panic_and_every_place_is_in_the_text(text in yaml_like()) {
        let parsed = Parsed::of(&text);
        for diagnostic in parsed.report.iter() {
            for label in &diagnostic.labels {
                prop_assert!(text.get(label.span.start..label.span.end).is_some(), "{diagnostic:?}");
            }
        }
        crate::report::text::render(&parsed.report, &parsed.sources, crate::report::text::Colour::Never);
    }

    #[test]
    fn arbitrary_bytes_that_are_text_cause_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        Parsed::of(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn text_that_was_written_is_read_as_the_same_text(text in any::<String>()) {
        let written = serde_saphyr::to_string(&std::collections::BTreeMap::from([("key", &text)]));
        let written = written.expect("any text can be written");
        let parsed = Parsed::of(&written);
        let read = parsed.root.as_ref().and_then(|root| root.get("key")).and_then(Node::as_str);
        prop_assert_eq!(read, Some(text.as_str()), "{}", written);
    }

    #[test]
    fn words_that_look_like_other_kinds_survive_writing(text in "(yes|no|on|off|null|~|true|[0-9]{1,3}[:._-]?[0-9]{0,3}|0[xo]?[0-9]+|[.]inf|[-+.]?[0-9]e[0-9])") {
        let written = serde_saphyr::to_string(&std::collections::BTreeMap::from([("key", &text)]));
        let root = Parsed::good(&written.expect("any text can be written"));
        prop_assert_eq!(root.get("key").and_then(Node::as_str), Some(text.as_str()));
    }
}

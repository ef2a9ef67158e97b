//! The only place that writes YAML. Strings that YAML 1.1 or 1.2 would read as something else are quoted.

use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use serde_saphyr::LitStr;

/// The value as a YAML document in block style.
///
/// # Panics
/// Never: the value is a tree of maps with text keys, lists and scalars.
pub fn to_string(value: &Value) -> String {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let mut text = String::new();
    serde_saphyr::to_fmt_writer_with_options(&mut text, &Node(value), options)
        .expect("a tree of plain values is YAML");
    text
}

struct Node<'a>(&'a Value);

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) if reads_as_block(text) => LitStr(text).serialize(serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Node)),
            Value::Object(entries) => {
                serializer.collect_map(entries.iter().map(|(key, value)| (key, Node(value))))
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

/// Whether every reader finds the same text in a literal block: a script or a file, not a text that begins with white
/// space (which libyaml takes for indentation, and refuses if it is a tab) or holds what is not printed.
fn reads_as_block(text: &str) -> bool {
    let is_shown = |c: char| c == '\n' || (' '..='~').contains(&c);
    text.contains('\n')
        && text.starts_with(|c: char| c.is_ascii_graphic())
        && text.ends_with(|c: char| c == '\n' || c.is_ascii_graphic())
        && !text.ends_with("\n\n")
        && text.chars().all(is_shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scripts_are_blocks_and_odd_texts_are_quoted() {
        assert_eq!(to_string(&json!({ "a": "if x\n  y\nfi\n" })), "a: |\n  if x\n    y\n  fi\n");
        for text in ["\t\n", "\n", " a\n", "a\n\n", "a\r\n", "é\n"] {
            let yaml = to_string(&json!({ "a": text }));
            assert!(!yaml.contains('|'), "{yaml}");
            let read: Value = serde_yaml::from_str(&yaml).expect("YAML");
            assert_eq!(read["a"], text);
        }
    }
}

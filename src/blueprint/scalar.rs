//! What a plain scalar means: the core schema of YAML 1.2, narrowed so that nothing a person would
//! call text becomes a number.
//!
//! Deliberately absent: everything that only YAML 1.1 knows (`yes`, `1_000`, `22:22`, dates), and
//! numbers with a leading zero, which are modes (`0644`) and never quantities. All of these are text.

use super::node::Kind;

/// The value of a scalar without quotes.
pub fn resolve(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ => number(text).unwrap_or_else(|| Kind::String(text.to_owned())),
    }
}

fn number(text: &str) -> Option<Kind> {
    // Nearly every scalar is a word; its first character says so.
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return None;
    }
    let integer = || integer(text).map(|value| Kind::Integer(value, text.to_owned()));
    integer().or_else(|| float(text).map(|value| Kind::Float(value, text.to_owned())))
}

fn integer(text: &str) -> Option<i128> {
    if let Some(digits) = text.strip_prefix("0x") {
        return unsigned(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return unsigned(digits, 8);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    (plain && !has_leading_zero(digits)).then(|| text.parse().ok()).flatten()
}

/// `from_str_radix` alone would take a sign as well.
fn unsigned(digits: &str, radix: u32) -> Option<i128> {
    let plain = digits.chars().all(|digit| digit.is_digit(radix));
    plain.then(|| i128::from_str_radix(digits, radix).ok()).flatten()
}

fn has_leading_zero(digits: &str) -> bool {
    digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit()
}

fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => {
            return Some(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY });
        }
        ".nan" | ".NaN" | ".NAN" => return (unsigned == text).then_some(f64::NAN),
        _ => {}
    }
    // Rust also reads `inf`, `nan` and `infinity`, which YAML does not.
    let plain = unsigned.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let starts = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    (plain && starts && !has_leading_zero(unsigned)).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_text(text: &str) -> bool {
        resolve(text) == Kind::String(text.to_owned())
    }

    #[test]
    fn what_only_older_yaml_reads_as_something_else_is_text() {
        let words =
            ["yes", "no", "on", "off", "y", "22:22", "1_000", "2024-01-31", "0644", "-007", "00", "01.5"];
        assert!(words.into_iter().all(is_text));
    }

    #[test]
    fn what_is_no_number_is_text() {
        let words = [
            "-",
            ".",
            "..",
            "+",
            "1.2.3",
            "0x",
            "0xg",
            "0o8",
            "0x-1",
            "1e",
            "e3",
            "inf",
            "-nan",
            "1-2",
            "172.20.0.2",
        ];
        for word in words {
            assert!(is_text(word), "{word}");
        }
    }

    #[test]
    fn numbers_keep_their_spelling() {
        let integer = |text: &str, value| assert_eq!(resolve(text), Kind::Integer(value, text.to_owned()));
        integer("0", 0);
        integer("-12", -12);
        integer("+3", 3);
        integer("0x1F", 31);
        integer("0o644", 420);
        let float = |text: &str, value| assert_eq!(resolve(text), Kind::Float(value, text.to_owned()));
        float("11.40", 11.4);
        float("0.5", 0.5);
        float(".5", 0.5);
        float("-1e3", -1000.0);
        float("-.inf", f64::NEG_INFINITY);
    }

    #[test]
    fn nothing_and_truth_have_three_spellings_each() {
        assert!(["", "~", "null", "Null", "NULL"].into_iter().all(|text| resolve(text) == Kind::Null));
        assert!(["true", "True", "TRUE"].into_iter().all(|text| resolve(text) == Kind::Bool(true)));
        assert!(["tRUE", "nULL", "TrUe"].into_iter().all(is_text));
    }
}

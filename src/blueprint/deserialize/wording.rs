//! What serde calls the types of Rust, in words for people who write YAML.

/// What is needed, for "expected …, found …" when another kind of value is there.
pub fn kind(expected: &str) -> String {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "an integer".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "a nonzero u8" => "an integer".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a borrowed string" | "a character" => "a string".to_owned(),
        "a map" => "a mapping".to_owned(),
        "a sequence" | "a set" => "a list".to_owned(),
        "unit" | "unit struct" => "an empty value".to_owned(),
        _ => composite(expected),
    }
}

/// What is needed when the kind is right and the value is not.
pub fn range(expected: &str) -> String {
    let between = |low: i128, high: i128| format!("an integer from {low} to {high}");
    match expected {
        "u8" => between(0, u8::MAX.into()),
        "a nonzero u8" => between(1, u8::MAX.into()),
        "u16" => between(0, u16::MAX.into()),
        "u32" => between(0, u32::MAX.into()),
        "i8" => between(i8::MIN.into(), i8::MAX.into()),
        "i16" => between(i16::MIN.into(), i16::MAX.into()),
        "i32" => between(i32::MIN.into(), i32::MAX.into()),
        "u64" | "u128" | "usize" => "an integer that is not negative".to_owned(),
        _ => kind(expected),
    }
}

fn composite(expected: &str) -> String {
    let size = |prefix: &str| expected.strip_prefix(prefix).map(|size| format!("a list of {size} values"));
    match expected.split_once(' ') {
        Some(("struct", _)) => "a mapping".to_owned(),
        Some(("tuple", _)) => "a list".to_owned(),
        _ => size("a tuple of size ")
            .or_else(|| size("an array of length "))
            .unwrap_or_else(|| expected.to_owned()),
    }
}

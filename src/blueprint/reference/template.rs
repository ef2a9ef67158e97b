//! The syntax of references inside a text: `${a.b}` is one, `$${` stands for `${`, a lone `$` for itself.

use std::ops::Range;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Taken as it is.
    Text(&'a str),
    /// What stands between `${` and `}`, and where the whole stands in the text.
    Reference(&'a str, Range<usize>),
    /// A `${` that begins no reference, to the end of what was taken for one.
    Malformed(Range<usize>),
}

/// Whether a text needs to be taken apart at all.
pub fn has_references(text: &str) -> bool {
    // Most texts have no dollar at all, and looking for one byte is fast.
    text.contains('$') && text.contains("${")
}

/// The parts of a text, in order.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while let Some(found) = text[start..].find("${") {
        let dollar = start + found;
        if text[start..dollar].ends_with('$') {
            pieces.push(Piece::Text(&text[start..dollar - 1]));
            pieces.push(Piece::Text("${"));
            start = dollar + 2;
            continue;
        }
        pieces.push(Piece::Text(&text[start..dollar]));
        let reference = reference(text, dollar);
        start = match &reference {
            Piece::Reference(_, range) | Piece::Malformed(range) => range.end,
            Piece::Text(_) => text.len(),
        };
        pieces.push(reference);
    }
    pieces.push(Piece::Text(&text[start..]));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

fn reference(text: &str, dollar: usize) -> Piece<'_> {
    let inside = dollar + 2;
    let Some(length) = closing_brace(&text[inside..]) else {
        return Piece::Malformed(dollar..text.len());
    };
    let name = &text[inside..inside + length];
    let range = dollar..inside + length + 1;
    // A name with a reference in it is judged once that is filled in.
    let (path, _) = split_default(name);
    if has_references(path) || is_path(path) {
        Piece::Reference(name, range)
    } else {
        Piece::Malformed(range)
    }
}

/// Where the brace is that closes what began before the text; references in it have braces of their own.
fn closing_brace(text: &str) -> Option<usize> {
    let mut open = 0;
    for (position, character) in text.char_indices() {
        match character {
            '{' if text[..position].ends_with('$') => open += 1,
            '}' if open == 0 => return Some(position),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

/// `a.b:-c` is the path `a.b` with the default `c`.
pub fn split_default(name: &str) -> (&str, Option<&str>) {
    let mut open = 0;
    for (position, character) in name.char_indices() {
        match character {
            '{' => open += 1,
            '}' => open -= 1,
            ':' if open == 0 && name[position..].starts_with(":-") => {
                return (&name[..position], Some(&name[position + 2..]));
            }
            _ => {}
        }
    }
    (name, None)
}

/// Whether a text is names joined by dots.
pub fn is_path(text: &str) -> bool {
    text.split('.').all(|step| !step.is_empty() && !step.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_the_text_between_them() {
        let expected = [
            Piece::Text("www."),
            Piece::Reference("host.domain", 4..18),
            Piece::Text(":"),
            Piece::Reference("with.port", 19..31),
        ];
        assert_eq!(pieces("www.${host.domain}:${with.port}"), expected);
    }

    #[test]
    fn references_nest_and_have_defaults() {
        assert_eq!(pieces("${a.${b}.c}!"), [Piece::Reference("a.${b}.c", 0..11), Piece::Text("!")]);
        assert_eq!(pieces("${a:-b c}"), [Piece::Reference("a:-b c", 0..9)]);
        assert_eq!(split_default("a.${b:-x}:-y"), ("a.${b:-x}", Some("y")));
        assert_eq!(pieces("${a.${b}"), [Piece::Malformed(0..8)]);
    }

    #[test]
    fn two_dollars_escape_and_one_is_itself() {
        assert_eq!(pieces("$${HOME}"), [Piece::Text("${"), Piece::Text("HOME}")]);
        assert_eq!(pieces("a$$b$"), [Piece::Text("a$$b$")]);
        assert_eq!(pieces("$$${a}"), [Piece::Text("$"), Piece::Text("${"), Piece::Text("a}")]);
    }

    #[test]
    fn what_is_not_names_joined_by_dots_is_malformed() {
        assert_eq!(pieces("${a"), [Piece::Malformed(0..3)]);
        assert_eq!(pieces("${}"), [Piece::Malformed(0..3)]);
        assert_eq!(pieces("${a..b}"), [Piece::Malformed(0..7)]);
        assert_eq!(pieces("${a b}"), [Piece::Malformed(0..6)]);
    }
}

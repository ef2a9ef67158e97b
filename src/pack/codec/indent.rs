//! Indentation as one byte: a tenth less to decode, and each line's depth is one guess.
//! After a line feed, 0x80 + n stands for n spaces, 1 to 63: no UTF-8 text has such a byte there. Where one is there
//! nevertheless, 0x80 goes before it, so that any bytes come back as they were.

/// The fewest and most spaces that one byte stands for are these less the first.
const NONE: u8 = 0x80;
const MOST: u8 = 0xbf;

/// Bytes whose indentation was replaced.
pub struct Indented {
    /// With the replacements.
    pub bytes: Vec<u8>,
    /// For each byte of the original, how many of `bytes` restore it and those before it.
    pub ends: Vec<usize>,
}

impl Indented {
    /// Replaces what is there of indentation.
    pub fn new(original: &[u8]) -> Self {
        let mut indented = Self { bytes: Vec::with_capacity(original.len()), ends: Vec::new() };
        let mut rest = original;
        while let Some((byte, after)) = rest.split_first() {
            indented.push(*byte);
            rest = if *byte == b'\n' { indented.enter(after) } else { after };
        }
        indented
    }

    /// Reads what a line begins with, and returns what is left to read.
    fn enter<'a>(&mut self, line: &'a [u8]) -> &'a [u8] {
        let spaces = line.iter().take(usize::from(MOST - NONE)).take_while(|byte| **byte == b' ').count();
        if spaces > 0 {
            self.bytes.push(NONE + spaces as u8);
            self.ends.extend(std::iter::repeat_n(self.bytes.len(), spaces));
        } else if line.first().is_some_and(|byte| (NONE..=MOST).contains(byte)) {
            self.bytes.push(NONE);
        }
        &line[spaces..]
    }

    fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
        self.ends.push(self.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_are_one_byte_and_such_a_byte_is_marked() {
        let cases: [(&[u8], &[u8]); 6] = [
            (b" a\n    b c\n\n d\n", b" a\n\x84b c\n\n\x81d\n"),
            (b"\n\x84a\x84", b"\n\x80\x84a\x84"),
            (b"\n \x84", b"\n\x81\x84"),
            (b"\n\xc3\xa9\n\t", b"\n\xc3\xa9\n\t"),
            (b"\n", b"\n"),
            (b"", b""),
        ];
        for (original, expected) in cases {
            let indented = Indented::new(original);
            assert_eq!(indented.bytes, expected);
            assert_eq!(indented.ends.len(), original.len());
            assert!(indented.ends.is_sorted() && indented.ends.iter().all(|end| *end <= expected.len()));
        }
        let deep = [b"\n".as_slice(), &[b' '; 65], b"x"].concat();
        assert_eq!(Indented::new(&deep).bytes, b"\n\xbf  x");
    }
}

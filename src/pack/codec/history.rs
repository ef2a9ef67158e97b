//! What came before the next byte, seen in fifteen ways: each is a number, and equal numbers mean "the same situation".
//! They suit configuration files: the last bytes, the word, the line so far, its first word, the bracket around, the shape
//! of what was written (which kinds of characters, not which words).

use super::CONTEXTS;
use super::places::Places;

/// The past of a byte.
pub struct History {
    bytes: Vec<u8>,
    /// The last seven bytes, the newest lowest.
    recent: u64,
    /// Hashes, and 0 outside a word: the word that is being written, the one before it, the first of the line and of the
    /// line before.
    word: u64,
    previous_word: u64,
    first_word: u64,
    first_word_above: u64,
    /// Hash of the line so far.
    line: u64,
    /// The quote that is open in this line, or 0.
    quote: u64,
    /// The brackets that are open, the innermost lowest: as if each closing one met its own.
    brackets: u64,
    /// The last four bytes, digits and letters being only that; and the same with each word being one character.
    classes: u64,
    shape: u64,
    /// Numbers of runs of five bytes, and where each was last followed by something.
    runs: Places,
    seen: Vec<usize>,
    /// The place that the present is likely to repeat, and for how many bytes it has (0: there is none).
    matching: usize,
    matched: u64,
}

const SEVEN_BYTES: u64 = (1 << 56) - 1;
const FIVE_BYTES: u64 = (1 << 40) - 1;
const FOUR_BYTES: u64 = (1 << 32) - 1;

impl History {
    /// Before the first byte.
    pub fn new() -> Self {
        Self {
            bytes: Vec::new(),
            recent: 0,
            word: 0,
            previous_word: 0,
            first_word: 0,
            first_word_above: 0,
            line: 0,
            quote: 0,
            brackets: 0,
            classes: 0,
            shape: 0,
            runs: Places::new(),
            seen: Vec::new(),
            matching: 0,
            matched: 0,
        }
    }

    /// The contexts of the next byte, each below 2 to the 56.
    pub fn contexts(&self) -> [u64; CONTEXTS] {
        let last = |bytes: u32| self.recent & ((1 << (8 * bytes)) - 1);
        let bracket = self.brackets & 0xff;
        let expected =
            if self.matched > 0 { self.matched << 8 | u64::from(self.bytes[self.matching]) } else { 0 };
        [
            0,
            bracket << 16 | self.quote << 8 | last(1),
            last(1),
            last(2),
            last(3),
            last(4),
            self.recent,
            self.first_word << 16 | bracket << 8 | last(1),
            self.first_word_above << 28 ^ self.first_word << 14 ^ self.word,
            self.previous_word << 28 | self.word,
            self.word,
            self.line,
            self.classes,
            self.shape,
            expected,
        ]
    }

    /// What else tells which contexts to trust, each below 256: the last byte, the one before, the line's first word.
    pub fn situation(&self) -> [usize; 3] {
        [self.recent, self.recent >> 8, self.first_word].map(|number| number as usize & 0xff)
    }

    /// Adds the byte that came.
    pub fn push(&mut self, byte: u8) {
        self.follow_match(byte);
        self.follow_words(byte);
        self.follow_shape(byte);
        self.follow_line(byte);
    }

    fn follow_match(&mut self, byte: u8) {
        let is_repeated = self.matched > 0 && self.bytes[self.matching] == byte;
        self.matched = if is_repeated { (self.matched + 1).min(15) } else { 0 };
        self.matching += 1;
        self.bytes.push(byte);
        self.recent = (self.recent << 8 | u64::from(byte)) & SEVEN_BYTES;
        let (run, is_new) = self.runs.place(self.recent & FIVE_BYTES);
        if self.matched == 0 {
            self.matching = if is_new { 0 } else { self.seen[run] };
            self.matched = u64::from(!is_new);
        }
        if is_new {
            self.seen.push(0);
        }
        self.seen[run] = self.bytes.len();
    }

    fn follow_words(&mut self, byte: u8) {
        if byte.is_ascii_alphanumeric() {
            self.word = (self.word * 997 + u64::from(byte)) % (1 << 28);
        } else if self.word > 0 {
            self.previous_word = self.word;
            if self.first_word == 0 {
                self.first_word = self.word;
            }
            self.word = 0;
        }
    }

    fn follow_shape(&mut self, byte: u8) {
        let (class, sign) = match byte {
            b'0'..=b'9' => (1, 1),
            b'a'..=b'z' | b'A'..=b'Z' => (2, 1),
            other => (u64::from(other), u64::from(other)),
        };
        self.classes = (self.classes << 8 | class) & FOUR_BYTES;
        if sign != 1 || self.shape & 0xff != 1 {
            self.shape = (self.shape << 8 | sign) & FOUR_BYTES;
        }
    }

    fn follow_line(&mut self, byte: u8) {
        self.line = (self.line * 997 + u64::from(byte) + 1) % (1 << 34);
        match byte {
            b'(' | b'[' | b'{' => self.brackets = (self.brackets << 8 | u64::from(byte)) & SEVEN_BYTES,
            b')' | b']' | b'}' => self.brackets >>= 8,
            b'"' | b'\'' => self.quote = if self.quote == 0 { byte.into() } else { 0 },
            b'\n' => {
                self.first_word_above = self.first_word;
                (self.first_word, self.line, self.quote) = (0, 0, 0);
            }
            _ => {}
        }
    }
}

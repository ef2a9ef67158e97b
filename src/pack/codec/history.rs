//! What came before the next byte, seen in twenty-five ways: each is a number, and equal numbers mean "the same
//! situation". They suit configuration files and programs: the last bytes, the word, those before it and what lies
//! between, the line so far, its depth, its first word, the bracket around, the shape of what was written (which kinds of
//! characters, not which words), what came after the last byte before, and what would repeat the past.

use super::CONTEXTS;
use super::places::Places;

/// The past of a byte.
pub struct History {
    bytes: Vec<u8>,
    /// The last six bytes, the newest lowest.
    recent: u64,
    /// Hashes, and 0 outside a word: the word that is being written, and the same with capitals being small.
    word: u64,
    folded_word: u64,
    /// Hash of what is being written, with the signs that join words to names and paths.
    joined: u64,
    /// The two words before it, the nearer first, with capitals being small; and the first of the line and of the one
    /// before.
    previous_words: [u64; 2],
    first_word: u64,
    first_word_above: u64,
    /// Hash of what lies between the word and the one before it.
    gap: u64,
    /// Hashes of the line so far, and of what in it is neither digit nor letter.
    line: u64,
    signs: u64,
    /// What the line began with, which is its indentation (see `indent`) if it has one; before its first byte
    /// that of the line before.
    beginning: u64,
    /// The quote that is open in this line, or 0.
    quote: u64,
    /// The brackets that are open, the innermost lowest: as if each closing one met its own.
    brackets: u64,
    /// The last four bytes, digits and letters being only that; and the same with each word being one character.
    classes: u64,
    shape: u64,
    /// By byte, the last three bytes that followed it, the newest lowest.
    followers: [u64; 256],
    /// Numbers of runs of five bytes, and where each was last followed by something.
    runs: Places,
    seen: Vec<usize>,
    /// The place that the present is likely to repeat, and for how many bytes it has (0: there is none).
    matching: usize,
    matched: u64,
}

const SIX_BYTES: u64 = (1 << 48) - 1;
const FIVE_BYTES: u64 = (1 << 40) - 1;
const FOUR_BYTES: u64 = (1 << 32) - 1;
const THREE_BYTES: u64 = (1 << 24) - 1;

/// How far the first of two hashed words is shifted, so that both are below 2 to the 54.
const BESIDE: u32 = 26;

/// How many shapes are told apart where weights are chosen: a prime, so that all of a shape counts.
pub const SHAPES: usize = 1021;

/// What tells which contexts to trust.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// The last byte.
    pub last: usize,
    /// The line's first word, below 256.
    pub first_word: usize,
    /// For how many bytes the present has repeated something, to 15.
    pub matched: usize,
    /// Whether the last byte was a digit or letter.
    pub is_in_word: bool,
    /// The shape, below [`SHAPES`].
    pub shape: usize,
}

impl History {
    /// Before the first byte.
    pub fn new() -> Self {
        Self {
            bytes: Vec::new(),
            recent: 0,
            word: 0,
            folded_word: 0,
            joined: 0,
            previous_words: [0; 2],
            first_word: 0,
            first_word_above: 0,
            gap: 0,
            line: 0,
            signs: 0,
            beginning: 0,
            quote: 0,
            brackets: 0,
            classes: 0,
            shape: 0,
            followers: [0; 256],
            runs: Places::new(),
            seen: Vec::new(),
            matching: 0,
            matched: 0,
        }
    }

    /// The contexts of the next byte, each below 2 to the 54.
    pub fn contexts(&self) -> [u64; CONTEXTS] {
        let last = |bytes: u32| self.recent & ((1 << (8 * bytes)) - 1);
        let enclosing = (self.brackets & 0xff) << 8 | self.quote;
        let [previous, one_before] = self.previous_words;
        let expected = self.expected();
        [
            0,
            enclosing << 8 | last(1),
            last(2),
            last(3),
            last(4),
            self.recent,
            self.first_word << 16 | (self.brackets & 0xff) << 8 | last(1),
            self.folded_word,
            self.joined,
            previous << BESIDE ^ self.folded_word,
            one_before << BESIDE ^ self.word ^ self.gap << 13,
            self.first_word << BESIDE ^ self.word,
            self.word << 16 | enclosing,
            self.first_word_above << BESIDE ^ self.line,
            self.signs << BESIDE ^ self.word,
            self.classes,
            previous << BESIDE ^ self.classes,
            self.shape,
            self.first_word << 16 | self.shape & 0xffff,
            self.shape << 16 | enclosing,
            self.followers[last(1) as usize] << 16 | self.shape & 0xffff,
            self.beginning << 16 | last(2),
            last(1) << 9 | expected,
            self.matched << 9 | expected,
            (self.brackets & 0xff) << 8 | expected,
        ]
    }

    /// The byte that would repeat the past, with a ninth bit; 0 if nothing is being repeated.
    fn expected(&self) -> u64 {
        if self.matched > 0 { 1 << 8 | u64::from(self.bytes[self.matching]) } else { 0 }
    }

    /// What else tells which contexts to trust.
    pub fn situation(&self) -> Situation {
        Situation {
            last: self.recent as usize & 0xff,
            first_word: self.first_word as usize & 0xff,
            matched: self.matched as usize,
            is_in_word: self.word > 0,
            shape: self.shape as usize % SHAPES,
        }
    }

    /// Adds the byte that came.
    pub fn push(&mut self, byte: u8) {
        self.follow_last(byte);
        self.follow_match(byte);
        self.follow_words(byte);
        self.follow_shape(byte);
        self.follow_line(byte);
    }

    /// Comes first, while the last byte is still the one before.
    fn follow_last(&mut self, byte: u8) {
        let last = self.recent & 0xff;
        let followers = &mut self.followers[last as usize];
        *followers = (*followers << 8 | u64::from(byte)) & THREE_BYTES;
        if last == u64::from(b'\n') {
            self.beginning = byte.into();
        }
    }

    fn follow_match(&mut self, byte: u8) {
        let is_repeated = self.matched > 0 && self.bytes[self.matching] == byte;
        self.matched = if is_repeated { (self.matched + 1).min(15) } else { 0 };
        self.matching += 1;
        self.bytes.push(byte);
        self.recent = (self.recent << 8 | u64::from(byte)) & SIX_BYTES;
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
        let is_joined = byte.is_ascii_alphanumeric() || b"-./_".contains(&byte);
        self.joined = if is_joined { hash(self.joined, byte) } else { 0 };
        if byte.is_ascii_alphanumeric() {
            self.word = hash(self.word, byte);
            self.folded_word = hash(self.folded_word, byte | 0x20);
            return;
        }
        if self.word > 0 {
            self.previous_words = [self.folded_word, self.previous_words[0]];
            if self.first_word == 0 {
                self.first_word = self.word;
            }
            (self.word, self.folded_word, self.gap) = (0, 0, 0);
        }
        self.gap = hash(self.gap, byte);
        self.signs = hash(self.signs, byte);
    }

    fn follow_shape(&mut self, byte: u8) {
        let (class, sign) = match byte {
            b'0'..=b'9' => (0, 1),
            b'a'..=b'z' | b'A'..=b'Z' => (1, 1),
            other => (u64::from(other), u64::from(other)),
        };
        self.classes = (self.classes << 8 | class) & FOUR_BYTES;
        if sign != 1 || self.shape & 0xff != 1 {
            self.shape = (self.shape << 8 | sign) & FOUR_BYTES;
        }
    }

    fn follow_line(&mut self, byte: u8) {
        self.line = hash(self.line, byte);
        match byte {
            b'(' | b'[' | b'{' => self.brackets = (self.brackets << 8 | u64::from(byte)) & SIX_BYTES,
            b')' | b']' | b'}' => self.brackets >>= 8,
            b'"' | b'\'' => self.quote = if self.quote == 0 { byte.into() } else { 0 },
            b'\n' => {
                self.first_word_above = self.first_word;
                (self.first_word, self.line, self.signs, self.quote) = (0, 0, 0, 0);
            }
            _ => {}
        }
    }
}

/// A hash of 28 bits with one byte more.
fn hash(hash: u64, byte: u8) -> u64 {
    (hash * 997 + u64::from(byte)) % (1 << 28)
}

//! The compressor of the paste: context mixing, a sixth smaller than LZMA on what vpsgen renders.
//! A model guesses each bit from what followed the same contexts before (history, counts, mixer), and a range coder
//! writes down how far the guess was off, straight into printable characters. The other half is `bootstrap.py`, which
//! must do exactly the same arithmetic: in integers, and in few floats whose last digits do not matter ([`exact`]).
//! Deliberately absent: a decoder, which would only be compared with itself.

mod counts;
mod history;
mod indent;
mod mixer;
mod places;
mod range;

use counts::Counts;
use history::History;
use indent::Indented;
use mixer::Mixer;
use range::RangeEncoder;

/// How many contexts guess at each bit.
const CONTEXTS: usize = 25;

/// A context is a number below 2 to this.
const CONTEXT_BITS: u32 = 54;

/// A float rounded down, where that means the same on every machine: C libraries differ in the last digit of logarithms
/// and powers, so the value has to keep away from integers, but for the two that are exact everywhere.
fn exact(value: f64) -> i64 {
    let is_exact = [0.0, mixer::ONE as f64 / 2.0].contains(&value);
    assert!(
        is_exact || (1e-6..1.0 - 1e-6).contains(&value.fract()),
        "{value} may be another integer elsewhere"
    );
    value as i64
}

/// Compressed bytes as text.
#[derive(Debug)]
pub struct Encoded {
    /// The characters `!` to `~`; none if there are too many.
    pub text: Option<String>,
    /// How many bytes the decoder has to read before it restores the indentation.
    pub length: usize,
    /// How many characters were settled after each byte of the input. After too many characters it goes on as before.
    pub settled: Vec<usize>,
}

/// Compresses, until the text is longer than `most` characters.
pub fn encode(bytes: &[u8], most: usize) -> Encoded {
    let indented = Indented::new(bytes);
    let (text, settled) = encode_plainly(&indented.bytes, most);
    let settled = indented.ends.iter().map(|end| settled[end - 1]).collect();
    Encoded { text, length: indented.bytes.len(), settled }
}

/// The text, and how many characters were settled after each of these bytes.
fn encode_plainly(bytes: &[u8], most: usize) -> (Option<String>, Vec<usize>) {
    let (mut history, mut counts, mut mixer) = (History::new(), Counts::new(bytes.len()), Mixer::new());
    let mut range = RangeEncoder::new();
    let mut settled = Vec::with_capacity(bytes.len());
    for (place, byte) in bytes.iter().enumerate() {
        let contexts = history.contexts();
        let situation = history.situation();
        let speed = mixer::speed(place);
        let mut prefix = 1;
        for position in (0..8).rev() {
            let bit = usize::from(byte >> position & 1);
            let guesses = counts.guesses(&contexts, prefix);
            let probability = mixer.mix(guesses, prefix, situation);
            range.encode(bit, probability);
            mixer.learn(bit, probability, speed);
            counts.learn(bit);
            prefix = prefix << 1 | bit;
        }
        history.push(*byte);
        settled.push(range.written());
        if range.written() > most {
            settled.extend((place + 2..=bytes.len()).map(|read| range.written() * read / (place + 1)));
            return (None, settled);
        }
    }
    (Some(range.finish()), settled)
}

#[cfg(test)]
mod tests;

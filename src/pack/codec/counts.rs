//! How often a 0 and a 1 followed each context, with a short memory: the count of the other bit falls to at most two.
//! A state is `6 * run + 2 * other + bit`: the last bit, how often it came in its run, and how often the other before.

use super::exact;
use super::places::Places;
use super::{CONTEXT_BITS, CONTEXTS};

/// Below 256, so that a state is a byte: a run counts to 41.
const STATES: usize = 252;

/// One state for each of the bits that a nibble can begin with.
type Nibble = [u8; 16];

/// How many contexts are new.
#[derive(Clone, Copy, Debug)]
pub struct New {
    /// Of the first six, which are nearly all the last bytes, from none to six of them.
    pub in_first_six: usize,
    /// Of all.
    pub in_all: usize,
}

/// The counts of all contexts, exactly: a collision here that the host does not have would garble everything.
pub struct Counts {
    /// Context number, context, and the bits of the byte before the nibble -> place in `nibbles`.
    places: Places,
    nibbles: Vec<Nibble>,
    /// The nibbles of the present contexts, and the index in each.
    current: [usize; CONTEXTS],
    index: usize,
    guess: [i64; STATES],
    next: [[u8; STATES]; 2],
}

impl Counts {
    /// Nothing was seen. The room is for what text makes of `bytes`; what isn't used stays untouched.
    pub fn new(bytes: usize) -> Self {
        Self {
            places: Places::new(),
            nibbles: Vec::with_capacity(bytes * CONTEXTS),
            current: [0; CONTEXTS],
            index: 0,
            guess: guesses(),
            next: [0, 1].map(|bit| std::array::from_fn(|state| after(state, bit))),
        }
    }

    /// What each context says of the bit after `prefix` (a one, then the bits of the byte so far), which is 256 times
    /// the logarithm of the odds of a 1, and how many contexts are new.
    pub fn guesses(&mut self, contexts: &[u64; CONTEXTS], prefix: usize) -> ([i64; CONTEXTS], New) {
        if prefix == 1 || prefix >> 4 == 1 {
            self.enter(contexts, prefix);
        }
        let bits_in_nibble = prefix.ilog2() % 4;
        self.index = 1 << bits_in_nibble | prefix & ((1 << bits_in_nibble) - 1);
        let states = self.current.map(|place| usize::from(self.nibbles[place][self.index]));
        let new = |states: &[usize]| states.iter().filter(|state| **state == 0).count();
        let new = New { in_first_six: new(&states[..6]), in_all: new(&states) };
        (states.map(|state| self.guess[state]), new)
    }

    /// Looks up the nibbles. Above the bits of a context go its number and the half of the byte, 1 to 425.
    fn enter(&mut self, contexts: &[u64; CONTEXTS], prefix: usize) {
        let half = if prefix == 1 { 0 } else { prefix - 15 };
        for (number, context) in contexts.iter().enumerate() {
            let (place, is_new) =
                self.places.place(context | ((number * 17 + half + 1) as u64) << CONTEXT_BITS);
            if is_new {
                self.nibbles.push([0; 16]);
            }
            self.current[number] = place;
        }
    }

    /// Counts the bit that came.
    pub fn learn(&mut self, bit: usize) {
        for place in self.current {
            let state = &mut self.nibbles[place][self.index];
            *state = self.next[bit][usize::from(*state)];
        }
    }
}

fn after(state: usize, bit: usize) -> u8 {
    let (run, other, last) = (state / 6, state / 2 % 3, state % 2);
    let next = if bit == last {
        state + if run < STATES / 6 - 1 { 6 } else { 0 }
    } else {
        6 * (other + 1) + 2 * run.min(2) + bit
    };
    next as u8
}

/// The logarithm of the odds by state: a ninth is added to both counts, so that what never happened stays possible.
fn guesses() -> [i64; STATES] {
    let logarithms = logarithms();
    std::array::from_fn(|state| {
        let size = logarithms[state / 6] - logarithms[state / 2 % 3];
        if state % 2 == 1 { size } else { -size }
    })
}

/// 256 times the logarithm of 9 * count + 1, rounded down.
fn logarithms() -> [i64; STATES / 6] {
    std::array::from_fn(|count| exact(256.0 * (count as f64 * 9.0 + 1.0).ln()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_what_their_name_says() {
        let mut state = 0;
        for bit in [1, 1, 1] {
            state = usize::from(after(state, bit));
        }
        assert_eq!(state, 6 * 3 + 1, "a run of three ones and never a zero");
        assert_eq!(after(state, 0), 6 + 4, "one zero, after more ones than are remembered");
        assert_eq!(after(6 + 4, 1), 6 * 3 + 2 + 1, "the ones before the zero still count");
        assert_eq!(after(STATES - 1, 1), STATES as u8 - 1, "the longest run stays");
    }
}

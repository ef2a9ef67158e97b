//! Weighs the guesses of all contexts into one probability, and the weights by who was right: logistic mixing.
//! Five sets of weights are added: one chosen by the bits of the byte so far, three by the situation that it stands in, and
//! one by how many contexts are new and what else is at hand. They move fast at first and slower later, and only when the
//! guess was off: three of five bits are foreseen, and to learn from them too takes time and saves nothing.

use super::counts::New;
use super::history::{SHAPES, Situation};
use super::{CONTEXTS, exact};

/// Fraction bits of a weight.
const WEIGHT_BITS: u32 = 20;

/// What the error loses, and what guess times error loses: together, the scale of guesses, probabilities and speed.
const ERROR_SHIFT: u32 = 10;
const LEARNING_SHIFT: u32 = 10;

/// An error up to this (0.6 %) moves no weight.
const FORESEEN: i64 = 400;

/// Odds (256 times their logarithm) are cut off here, at a probability of 1 in 60,000.
const MAX_ODDS: i64 = 2815;

/// A probability is a share of this.
pub const ONE: i64 = 1 << 16;

/// Where the sets by shape begin: after 256 each by bits, last byte and first word, and those by what is at hand.
const FIRST_BY_SHAPE: usize = 1200;

type Weights = [i64; CONTEXTS];

/// The weights, and what they were last used for.
pub struct Mixer {
    weights: Vec<Weights>,
    guesses: Weights,
    chosen: [usize; 5],
    probabilities: Vec<i64>,
}

impl Mixer {
    /// Each context starts with an eighth of a say, since several of them usually agree.
    pub fn new() -> Self {
        let mut weights = vec![[1 << (WEIGHT_BITS - 3); CONTEXTS]; 256];
        weights.resize(FIRST_BY_SHAPE + SHAPES, [0; CONTEXTS]);
        Self { weights, guesses: [0; CONTEXTS], chosen: [0; 5], probabilities: probabilities() }
    }

    /// The probability of a 1, in shares of [`ONE`].
    pub fn mix(&mut self, (guesses, new): (Weights, New), prefix: usize, situation: Situation) -> i64 {
        self.guesses = guesses;
        let Situation { last, first_word, matched, is_in_word, shape } = situation;
        let at_hand = matched.div_ceil(4) * 32 + usize::from(is_in_word) * 256;
        let news = new.in_first_six * 4 + new.in_all / 7;
        self.chosen = [prefix, 256 + last, 512 + first_word, 768 + at_hand + news, FIRST_BY_SHAPE + shape];
        let chosen = self.chosen.map(|set| &self.weights[set]);
        let say = |context: usize| chosen.iter().map(|set| set[context]).sum::<i64>() * guesses[context];
        let odds = (0..CONTEXTS).map(say).sum::<i64>() >> WEIGHT_BITS;
        self.probabilities[(odds.clamp(-MAX_ODDS, MAX_ODDS) + MAX_ODDS) as usize]
    }

    /// Moves the weights towards those who foresaw the bit.
    pub fn learn(&mut self, bit: usize, probability: i64, speed: i64) {
        let error = bit as i64 * ONE - probability;
        if error.abs() <= FORESEEN {
            return;
        }
        let error = (error * speed) >> ERROR_SHIFT;
        let steps = self.guesses.map(|guess| (guess * error) >> LEARNING_SHIFT);
        for set in self.chosen {
            for (weight, step) in self.weights[set].iter_mut().zip(steps) {
                *weight += step;
            }
        }
    }
}

/// How fast weights move after so many bytes: more than three times as fast at first.
pub fn speed(bytes: usize) -> i64 {
    60 + 600_000 / (bytes as i64 + 5000)
}

/// The probability by odds, from -[`MAX_ODDS`] to [`MAX_ODDS`], never 0 or 1.
fn probabilities() -> Vec<i64> {
    let probability = |odds: i64| exact(ONE as f64 / (1.0 + (odds as f64 / -256.0).exp()));
    (-MAX_ODDS..=MAX_ODDS).map(probability).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_rise_from_nearly_0_to_nearly_1_with_a_half_in_the_middle() {
        let probabilities = probabilities();
        assert!(probabilities.is_sorted());
        assert!(probabilities[0] > 0 && probabilities[probabilities.len() - 1] < ONE);
        assert_eq!(probabilities[MAX_ODDS as usize], ONE / 2);
    }
}

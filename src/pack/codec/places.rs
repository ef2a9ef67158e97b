//! Numbers keys in the order in which they are first seen: an exact hash table, as Python's dictionary is on the host.
//! The standard one hashes against attackers, which took most of the time of a build.
//! Deliberately absent: removing, and values; who wants some keeps them by number.

/// Spreads a key over the high bits (the golden ratio of 2 to the 64, odd).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Keys that differ only in the four bits from here lie in one line of the processor's cache.
const TAG: u32 = super::CONTEXT_BITS;

/// The numbers of keys.
pub struct Places {
    /// Number of the key plus one, 0 where there is none. A power of two of them, at most half in use.
    slots: Vec<u32>,
    keys: Vec<u64>,
}

impl Places {
    /// Without a key, and with room for some.
    pub fn new() -> Self {
        Self { slots: vec![0; 1 << 12], keys: Vec::new() }
    }

    /// The number of a key, and whether it is new.
    pub fn place(&mut self, key: u64) -> (usize, bool) {
        let mut slot = self.first_slot(key);
        loop {
            match self.slots[slot] as usize {
                0 => break,
                number if self.keys[number - 1] == key => return (number - 1, false),
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
        self.keys.push(key);
        self.slots[slot] = self.keys.len() as u32;
        if self.keys.len() * 2 > self.slots.len() {
            self.grow();
        }
        (self.keys.len() - 1, true)
    }

    fn first_slot(&self, key: u64) -> usize {
        let tag = key >> TAG;
        let line = (key ^ (tag & 15) << TAG).wrapping_mul(SPREAD) >> (64 - self.slots.len().ilog2());
        line as usize ^ (tag & 15) as usize
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for number in 0..self.keys.len() {
            let mut slot = self.first_slot(self.keys[number]);
            while self.slots[slot] > 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = number as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn numbers_are_those_of_a_dictionary_for_keys_that_lie_close_and_far() {
        let (mut places, mut expected) = (Places::new(), HashMap::new());
        for step in 0..200_000u64 {
            let key = if step % 2 == 0 { step % 999 } else { (step % 3001).wrapping_mul(SPREAD) };
            let new = expected.len();
            let number = *expected.entry(key).or_insert(new);
            assert_eq!(places.place(key), (number, number == new && expected.len() > new));
        }
    }
}

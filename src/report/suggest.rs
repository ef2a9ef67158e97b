//! "Did you mean": the nearest known word to one that is not known.

/// More than this many slips make it another word.
const MAX_SLIPS: usize = 2;

/// The candidate that `word` is most likely a misspelling of; the earlier one when two are equally near.
/// Capitals don't count as slips, and a word of three letters may have one.
pub fn suggest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = MAX_SLIPS.min(word.chars().count() / 2);
    let word = word.to_lowercase();
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|&(slips, _)| slips <= allowed)
        .min_by_key(|&(slips, _)| slips)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn the_nearest_word_wins_and_the_earlier_of_two() {
        let candidates = || ["ports", "posts", "port"].into_iter();
        assert_eq!(suggest("prots", candidates()), Some("ports"));
        assert_eq!(suggest("pots", candidates()), Some("ports"));
        assert_eq!(suggest("volumes", candidates()), None);
    }

    #[test]
    fn a_short_word_is_not_a_slip_of_every_other_short_word() {
        assert_eq!(suggest("a", ["b"].into_iter()), None);
        assert_eq!(suggest("os", ["to"].into_iter()), None);
        assert_eq!(suggest("gpu", ["cpus"].into_iter()), None);
        assert_eq!(suggest("cpu", ["cpus"].into_iter()), Some("cpus"));
    }

    #[test]
    fn capitals_are_no_slips() {
        assert_eq!(suggest("net_admin", ["NET_RAW", "NET_ADMIN"].into_iter()), Some("NET_ADMIN"));
    }
}

//! Regular expressions as automata, which constants can be compared with: a step a letter, whatever the expression. Matches are
//! anchored, as Prometheus has it.

/// One alternative of a regular expression: of `a|b.*` there are two.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Alternative<'a> {
    /// This text and no other.
    Text(&'a str),
    /// What the automaton accepts.
    Automaton(Automaton<'a>),
    /// More than this understands: word boundaries, letters of one class of Unicode, very long expressions.
    Unknown,
}

/// An automaton without empty moves: its states are the letters of the expression, a bit each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Automaton<'a> {
    /// Whether it accepts the empty text.
    pub accepts_empty: bool,
    /// The letters that a text may begin with.
    pub first: u128,
    /// The letters that it may end with.
    pub last: u128,
    /// The letters in the order of the expression.
    pub letters: &'a [Letter<'a>],
}

/// A letter of a regular expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Letter<'a> {
    /// The characters that it stands for, first and last.
    pub ranges: &'a [(u32, u32)],
    /// The letters that may follow it.
    pub follow: u128,
}

/// Whether a pattern matches a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matches {
    Yes,
    No,
    /// The pattern is more than this understands.
    Unknown,
}

/// Whether any alternative matches a text.
pub(crate) const fn matches(mut pattern: &[Alternative<'_>], text: &str) -> Matches {
    let mut found = Matches::No;
    while let [alternative, left @ ..] = pattern {
        match matches_one(alternative, text) {
            Matches::Yes => return Matches::Yes,
            Matches::Unknown => found = Matches::Unknown,
            Matches::No => {}
        }
        pattern = left;
    }
    found
}

/// Whether an alternative matches a text.
pub(crate) const fn matches_one(alternative: &Alternative<'_>, text: &str) -> Matches {
    let accepted = match alternative {
        Alternative::Unknown => return Matches::Unknown,
        Alternative::Text(word) => cryptofunk_metrics_catalog::message::same(word, text),
        Alternative::Automaton(automaton) => accepts(automaton, text.as_bytes()),
    };
    if accepted { Matches::Yes } else { Matches::No }
}

const fn accepts(automaton: &Automaton<'_>, mut text: &[u8]) -> bool {
    if text.is_empty() {
        return automaton.accepts_empty;
    }
    let mut may_follow = automaton.first;
    let mut at = 0;
    while !text.is_empty() {
        let (letter, rest) = first_char(text);
        at = 0;
        let mut next = 0;
        let mut left = may_follow;
        while left != 0 {
            let place = left.trailing_zeros() as usize;
            left &= left - 1;
            if is_among(automaton.letters[place].ranges, letter) {
                at |= 1 << place;
                next |= automaton.letters[place].follow;
            }
        }
        (may_follow, text) = (next, rest);
    }
    at & automaton.last != 0
}

const fn is_among(mut ranges: &[(u32, u32)], letter: u32) -> bool {
    while let [(first, last), left @ ..] = ranges {
        if *first <= letter && letter <= *last {
            return true;
        }
        ranges = left;
    }
    false
}

/// The first character of a text, and the rest.
const fn first_char(text: &[u8]) -> (u32, &[u8]) {
    match text {
        [a, left @ ..] if *a < 0x80 => (*a as u32, left),
        [a, b, left @ ..] if *a < 0xE0 => ((*a as u32 & 0x1F) << 6 | (*b as u32 & 0x3F), left),
        [a, b, c, left @ ..] if *a < 0xF0 => {
            ((*a as u32 & 0x0F) << 12 | (*b as u32 & 0x3F) << 6 | (*c as u32 & 0x3F), left)
        }
        [a, b, c, d, left @ ..] => {
            ((*a as u32 & 0x07) << 18 | (*b as u32 & 0x3F) << 12 | (*c as u32 & 0x3F) << 6 | (*d as u32 & 0x3F), left)
        }
        _ => (0, &[]),
    }
}

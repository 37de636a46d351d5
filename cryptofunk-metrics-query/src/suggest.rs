//! What was meant: the nearest name that there is.

use cryptofunk_metrics_catalog::{descriptor::MetricDescriptor, message::Message};

use crate::schema::Schema;

/// Where suggestions come from.
#[derive(Clone, Copy)]
pub(crate) enum Words<'a> {
    Metrics(&'a Schema),
    Records(&'a Schema),
    Labels(&'static MetricDescriptor),
    List(&'static [&'static str]),
}

/// Adds `; did you mean …?` if a word is close.
pub(crate) const fn did_you_mean(message: Message, word: &str, words: Words<'_>) -> Message {
    let mut best = "";
    let mut least = usize::MAX;
    let mut i = 0;
    loop {
        let candidate = match words {
            Words::Metrics(schema) => match schema.catalog().declaration(i) {
                Some(family) => family.name,
                None => break,
            },
            Words::Records(schema) => match schema.record_at(i) {
                Some(record) => record.name,
                None => break,
            },
            Words::Labels(family) if i < family.labels.len() => family.labels[i].name,
            Words::List(list) if i < list.len() => list[i],
            _ => break,
        };
        let distance = distance(word, candidate);
        let strange = strange_letters(word, candidate) + 1;
        let distance = if strange < distance { strange } else { distance };
        if distance < least {
            (least, best) = (distance, candidate);
        }
        i += 1;
    }
    if least <= word.len() / 3 { message.push("; did you mean `").push(best).push("`?") } else { message }
}

/// Levenshtein's distance.
const fn distance(a: &str, b: &str) -> usize {
    const LONGEST: usize = 96;
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() >= LONGEST || b.len() >= LONGEST {
        return usize::MAX;
    }
    let mut row = [0; LONGEST];
    let mut j = 0;
    while j <= b.len() {
        row[j] = j;
        j += 1;
    }
    let mut i = 1;
    while i <= a.len() {
        let mut diagonal = row[0];
        row[0] = i;
        let mut j = 1;
        while j <= b.len() {
            let above = row[j];
            let mut least = diagonal + if a[i - 1] == b[j - 1] { 0 } else { 1 };
            if above + 1 < least {
                least = above + 1;
            }
            if row[j - 1] + 1 < least {
                least = row[j - 1] + 1;
            }
            row[j] = least;
            diagonal = above;
            j += 1;
        }
        i += 1;
    }
    row[b.len()]
}

/// The letters of words, with `_` between, that one name has and the other has not: none if only their order differs.
const fn strange_letters(a: &str, b: &str) -> usize {
    lacking(a.as_bytes(), b.as_bytes()) + lacking(b.as_bytes(), a.as_bytes())
}

const fn lacking(words: &[u8], others: &[u8]) -> usize {
    let (mut letters, mut start, mut i) = (0, 0, 0);
    while i <= words.len() {
        if i == words.len() || words[i] == b'_' {
            if !has_word(others, words, start, i) {
                letters += i - start;
            }
            start = i + 1;
        }
        i += 1;
    }
    letters
}

/// Whether the word that stands in `text` between two places is one of `words`.
const fn has_word(words: &[u8], text: &[u8], from: usize, to: usize) -> bool {
    let (mut start, mut i) = (0, 0);
    while i <= words.len() {
        if i == words.len() || words[i] == b'_' {
            if i - start == to - from {
                let mut at = 0;
                while at < to - from && words[start + at] == text[from + at] {
                    at += 1;
                }
                if at == to - from {
                    return true;
                }
            }
            start = i + 1;
        }
        i += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_near_when_letters_or_the_order_of_words_differ() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(strange_letters("shop_total_trades", "shop_trades_total"), 0);
        assert_eq!(strange_letters("shop_trades", "shop_trades_total"), 5);
        assert_eq!(strange_letters("a_b", "a_c"), 2);
    }
}

//! Whether labels are there, and which ones functions write.

use cryptofunk_metrics_catalog::message::contains;

/// Whether series have a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LabelPresence {
    Yes,
    No,
    /// It depends on what is not in the catalogue.
    Unknown,
}

/// Whether the label that `label_replace` writes is there: before it was, or was not, and so was the label that it reads.
pub(crate) const fn replaced(
    before: LabelPresence,
    from: LabelPresence,
    replacement: &str,
    pattern: &str,
) -> LabelPresence {
    let everything = matches!(pattern.as_bytes(), b".*" | b"(.*)");
    let something = matches!(pattern.as_bytes(), b".+" | b"(.+)");
    // What matches everything matches the empty text too.
    let (always, never) = match from {
        LabelPresence::Yes => (everything || something, pattern.is_empty()),
        LabelPresence::No => (everything || pattern.is_empty(), something),
        LabelPresence::Unknown => (everything, false),
    };
    let is_group = matches!(pattern.as_bytes(), b"(.*)" | b"(.+)");
    let after = match replacement.as_bytes() {
        b"" => LabelPresence::No,
        b"$1" | b"${1}" if is_group => from,
        _ if contains(replacement, "$") => LabelPresence::Unknown,
        _ => LabelPresence::Yes,
    };
    if never {
        before
    } else if always || before as u8 == after as u8 {
        after
    } else {
        LabelPresence::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_there_if_what_replaces_it_is() {
        use LabelPresence::{No, Unknown, Yes};
        for (before, from, replacement, pattern, expected) in [
            (Yes, No, "", "", No),
            (Yes, Yes, "", ".*", No),
            (Yes, Yes, "", "x", Unknown),
            (No, Yes, "a", "x", Unknown),
            (No, Yes, "a", ".+", Yes),
            (No, No, "a", ".+", No),
            (No, Yes, "$1", "(.*)", Yes),
            (No, No, "$1", "(.*)", No),
            (No, Yes, "$1", "(x.*)", Unknown),
            (No, Yes, "$1", ".*", Unknown),
            (No, Unknown, "a", ".*", Yes),
            (Yes, Unknown, "a", "x", Yes),
        ] {
            let found = replaced(before, from, replacement, pattern);
            assert_eq!(found, expected, "{before:?} {from:?} {replacement} {pattern}");
        }
    }
}

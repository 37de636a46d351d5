//! Regular expressions, as far as a constant can be compared with them: words, `.*`, `.+` and `|`. Matches are anchored, as
//! Prometheus has it.

/// Whether a pattern matches a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matches {
    Yes,
    No,
    /// The pattern is more than this understands.
    Unknown,
}

/// Whether a pattern matches a text.
pub(crate) const fn matches(pattern: &str, text: &str) -> Matches {
    let pattern = pattern.as_bytes();
    // A pair of parentheses around everything changes nothing.
    let (start, end) = match pattern {
        [b'(', .., b')'] => (1, pattern.len() - 1),
        _ => (0, pattern.len()),
    };
    let mut i = start;
    while i < end {
        let simple =
            pattern[i].is_ascii_alphanumeric() || matches!(pattern[i], b'_' | b'-' | b'/' | b'|' | b':' | b' ');
        let wildcard = pattern[i] == b'.' && i + 1 < end && matches!(pattern[i + 1], b'*' | b'+');
        let escaped = pattern[i] == b'\\' && i + 1 < end && !pattern[i + 1].is_ascii_alphanumeric();
        if !(simple || wildcard || escaped) {
            return Matches::Unknown;
        }
        i += if simple { 1 } else { 2 };
    }
    let mut from = start;
    let mut at = start;
    while at <= end {
        if at == end || pattern[at] == b'|' {
            if alternative(pattern, from, at, text.as_bytes(), 0) {
                return Matches::Yes;
            }
            from = at + 1;
        }
        at += if at < end && pattern[at] == b'\\' { 2 } else { 1 };
    }
    Matches::No
}

/// Whether the part of a pattern between two places matches a text from a place on.
const fn alternative(pattern: &[u8], mut at: usize, end: usize, text: &[u8], mut position: usize) -> bool {
    while at < end {
        if pattern[at] == b'.' {
            let mut rest = position + if pattern[at + 1] == b'+' { 1 } else { 0 };
            while rest <= text.len() {
                if alternative(pattern, at + 2, end, text, rest) {
                    return true;
                }
                rest += 1;
            }
            return false;
        }
        if pattern[at] == b'\\' {
            at += 1;
        }
        if position >= text.len() || text[position] != pattern[at] {
            return false;
        }
        (at, position) = (at + 1, position + 1);
    }
    position == text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_patterns() {
        for (pattern, text, expected) in [
            ("error", "error", Matches::Yes),
            ("err", "error", Matches::No),
            ("error|cancelled", "cancelled", Matches::Yes),
            ("(error|cancelled)", "success", Matches::No),
            ("err.*", "error", Matches::Yes),
            (".*or", "error", Matches::Yes),
            (".+error", "error", Matches::No),
            (".*", "", Matches::Yes),
            (".+", "", Matches::No),
            ("tools/.*", "tools/call", Matches::Yes),
            ("0\\.9.+", "0.95", Matches::Yes),
            ("0\\.9.+", "0x95", Matches::No),
            ("", "", Matches::Yes),
            ("e[rx]ror", "error", Matches::Unknown),
            ("a(b|c)", "ab", Matches::Unknown),
            ("error|e?", "error", Matches::Unknown),
            ("\\d+", "5", Matches::Unknown),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}

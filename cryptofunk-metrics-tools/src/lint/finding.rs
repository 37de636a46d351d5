use std::ops::Range;

use cryptofunk_metrics_query::{LintRule, Located};

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line, from 1, if it is known.
    pub line: Option<u64>,
    /// The column, from 1, if it is known.
    pub column: Option<u64>,
    /// The rule or panel that it is in: ``group `mcp`, alert `Down` ``, ``panel `Errors` ``.
    pub place: String,
    /// Which check found it.
    pub rule: LintRule,
    /// What is wrong, and what to write instead.
    pub message: String,
    /// The query that it is in, if it is in one.
    pub query: Option<String>,
    /// Where in the query it is, in bytes, if that is known.
    pub span: Option<Range<usize>>,
}

/// Where a message points in a query: at what it names first.
pub(super) fn span(query: &str, message: &str) -> Option<Range<usize>> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
    message.split('`').skip(1).step_by(2).filter(|word| !word.is_empty()).find_map(|word| {
        let mut found = query.match_indices(word).map(|(at, _)| at..at + word.len());
        found.find(|range| {
            // A whole word, if it begins or ends like one.
            let before = query[..range.start].chars().next_back();
            let after = query[range.end..].chars().next();
            let is_cut = |is_open: bool, beside: Option<char>| is_open && beside.is_some_and(is_name);
            let (at_start, at_end) = (word.starts_with(is_name), word.ends_with(is_name));
            !is_cut(at_start, before) && !is_cut(at_end, after)
        })
    })
}

/// The place of a finding in the file.
pub(super) fn place(located: &Located, span: Option<&Range<usize>>) -> (u64, u64) {
    located.position(span.map_or(0, |span| span.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_points_at_what_it_names() {
        let query = "rate(ab[5m]) / rate(b{a=\"b\"}[5m])";
        assert_eq!(span(query, "unknown metric `b`; did you mean `c`?"), Some(20..21));
        assert_eq!(span(query, "nothing of `x`, but `5m`"), Some(8..10));
        assert_eq!(span(query, "nothing"), None);
    }
}

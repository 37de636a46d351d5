use cryptofunk_metrics_query::LintRule;

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line, from 1, if it is known.
    pub line: Option<u64>,
    /// What it stands in: ``group `mcp`, alert `Down` ``, ``panel `Errors` ``.
    pub place: String,
    /// Which check found it.
    pub rule: LintRule,
    /// What is wrong, and what to write instead.
    pub message: String,
}

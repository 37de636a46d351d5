use cryptofunk_metrics_query::LintRule;

/// A query of a file, with what its surroundings want of it.
pub(super) struct Asked<'t> {
    pub(super) file: &'t str,
    pub(super) line: Option<u64>,
    pub(super) place: String,
    pub(super) text: String,
    pub(super) printed: Vec<String>,
    pub(super) allowed: Vec<LintRule>,
}

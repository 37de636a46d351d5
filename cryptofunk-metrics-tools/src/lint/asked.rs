use cryptofunk_metrics_query::{LintRule, Located, Purpose, Tree};

/// A query of a file, with what its surroundings want of it.
pub(super) struct Asked {
    /// The file, by its place among those that are read.
    pub(super) file: usize,
    /// The line that it is told at if nothing more is known.
    pub(super) line: u64,
    pub(super) place: String,
    /// The query, or what it stands in.
    pub(super) located: Located,
    /// The query.
    pub(super) text: String,
    /// The query, if it was parsed already.
    pub(super) tree: Option<Tree<'static>>,
    pub(super) purpose: Purpose,
    /// The labels that templates or a legend print.
    pub(super) printed: Vec<String>,
    pub(super) allowed: Vec<LintRule>,
    pub(super) language: Language,
    /// The name of the data source, of a query of a dashboard.
    pub(super) source: Option<String>,
}

/// In which language a query is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    PromQl,
    /// VictoriaMetrics', which is PromQL and more.
    MetricsQl,
    /// Nothing says which, and it may be any: only what is PromQL is looked at.
    Maybe,
    /// Nothing says which, but it is that of metrics or of logs: what looks like a query of logs is passed over.
    Unknown,
}

/// Whether a text that is no PromQL may be LogQL: it has a `|` outside of strings, or braces without a name before them.
pub(super) fn may_be_logql(text: &str) -> bool {
    let (mut quote, mut escaped, mut before) = (None, false, ' ');
    for c in text.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(open) if c == '\\' && open != '`' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None => match c {
                '|' => return true,
                '{' if !(before.is_alphanumeric() || matches!(before, '_' | ':' | '}' | ']')) => return true,
                '"' | '\'' | '`' => quote = Some(c),
                _ => {}
            },
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    false
}

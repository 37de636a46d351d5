use cryptofunk_metrics_query::Query;

/// What to do about an alert, written by people who know the system.
#[derive(Debug, Clone, Copy)]
pub struct RunbookEntry {
    /// The alert's name.
    pub alert: &'static str,
    /// What has happened, and how it affects users.
    pub means: &'static str,
    /// What to look at first.
    pub look: &'static [Look],
    /// How to fix it.
    pub mend: &'static str,
}

/// A query to look at.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// What its result says.
    pub tells: &'static str,
    /// The query to paste.
    pub query: Query,
}

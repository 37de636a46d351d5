use cryptofunk_metrics_query::Query;

/// What to do about an alert, written by people who know the system.
#[derive(Debug, Clone, Copy)]
pub struct RunbookEntry {
    /// The alert's name.
    pub alert: &'static str,
    /// What has happened, and what it does to users.
    pub means: &'static str,
    /// What to look at first.
    pub look: &'static [Look],
    /// How to mend it.
    pub mend: &'static str,
}

/// Something to look at.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// What the answer tells.
    pub tells: &'static str,
    /// The query to paste.
    pub query: Query,
}

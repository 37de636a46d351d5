use crate::query::Query;

/// The rules of a file, checked while they compiled. `rules!` makes them.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    alerts: &'static [Alert],
    records: &'static [Record],
}

impl Rules {
    #[doc(hidden)]
    pub const fn new(alerts: &'static [Alert], records: &'static [Record]) -> Self {
        Rules { alerts, records }
    }

    /// The alerts in the order of the file.
    pub const fn alerts(&self) -> &'static [Alert] {
        self.alerts
    }

    /// The recording rules in the order of the file.
    pub const fn records(&self) -> &'static [Record] {
        self.records
    }
}

/// An alert.
#[derive(Debug, Clone, Copy)]
pub struct Alert {
    /// Its name.
    pub name: &'static str,
    /// The group that it stands in.
    pub group: &'static str,
    /// Its query: each series of the result is an alert.
    pub query: Query,
    /// Its `for`: `5m`. Empty if it fires at once.
    pub wait: &'static str,
    /// The labels that it adds, such as `severity`.
    pub labels: &'static [(&'static str, &'static str)],
    /// Its annotations, such as `summary`.
    pub annotations: &'static [(&'static str, &'static str)],
}

/// A recording rule.
#[derive(Debug, Clone, Copy)]
pub struct Record {
    /// The name of the series that it records.
    pub name: &'static str,
    /// The group that it stands in.
    pub group: &'static str,
    /// The query that it records.
    pub query: Query,
    /// The labels that it adds.
    pub labels: &'static [(&'static str, &'static str)],
}

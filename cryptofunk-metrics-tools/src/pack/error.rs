/// Why a pack cannot be made, written or checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The catalogue has families of two namespaces.
    #[error("the catalogue has `{first}` and `{second}`: a pack is about one namespace; make one of each catalogue")]
    Namespaces {
        /// A family.
        first: &'static str,
        /// The same family of another namespace.
        second: &'static str,
    },
    /// A family of a catalog.json whose name a query cannot hold as it is.
    #[error("`{name}` is no name of a metric: letters, digits, `_` and `:` make one")]
    Name {
        /// The family.
        name: &'static str,
    },
    /// A job that no query can ask for.
    #[error("the job `{job}` is no value of a label, and no regular expression: {error}")]
    Job {
        /// The job.
        job: String,
        /// What is wrong with it.
        error: String,
    },
    /// The catalogue has no family of a convention.
    #[error(
        "the catalogue has no family of a convention; servers, agents and components declare theirs with `#[metrics(convention = \"…\")]`"
    )]
    Nothing,
    /// The catalogue has OpenTelemetry's families without `build_info`, so series cannot be assigned to a server.
    #[error(
        "OpenTelemetry's families do not name the server; rules take it from `build_info` of the convention `component`, which this catalogue leaves out"
    )]
    NoServer,
    /// An objective whose calls the families of the catalogue do not count.
    #[error("`{name}` promises something that the catalogue does not count: {missing}")]
    Uncounted {
        /// The server or the tool.
        name: String,
        /// What is not there.
        missing: String,
    },
    /// An alert of one's own that the runbook says nothing about.
    #[error("the runbook says nothing about the alert `{alert}`: `Pack::runbook` takes an entry")]
    NoAdvice {
        /// The alert.
        alert: &'static str,
    },
    /// An entry of the runbook about nothing.
    #[error("the runbook speaks of the alert `{alert}`, which no rule has")]
    NoAlert {
        /// The alert.
        alert: &'static str,
    },
    /// A link that leads nowhere.
    #[error("the alert `{alert}` links to {path}, which is no dashboard of the pack or of those that were added")]
    NoDashboard {
        /// The alert.
        alert: &'static str,
        /// The link.
        path: &'static str,
    },
    /// A file that cannot be read or written.
    #[error("cannot {what} {path}: {error}")]
    File {
        /// Read or write.
        what: &'static str,
        /// Its path.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// Files on disk that differ from what the declarations say.
    #[error("these files are not what the declarations say:\n{}\n`{made_by}` writes them anew", files.join("\n"))]
    Drift {
        /// Each file, with what differs.
        files: Vec<String>,
        /// The command.
        made_by: String,
    },
}

use rmcp::ErrorData;

/// Why a tool gave no result.
#[doc(hidden)]
#[derive(Debug)]
pub enum Failure {
    /// The arguments do not fit; the client reads why.
    Arguments(String),
    /// The tool has no argument of this name.
    UnknownArgument(String),
    /// An error of the protocol.
    Protocol(ErrorData),
}

impl From<ErrorData> for Failure {
    fn from(error: ErrorData) -> Self {
        Failure::Protocol(error)
    }
}

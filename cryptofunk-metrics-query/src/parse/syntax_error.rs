use std::{fmt, ops::Range};

/// Why a text cannot be parsed as a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What was expected, and what was found.
    pub message: String,
    /// Where, in bytes of the text. `None` if the text has variables, or if the whole text is meant.
    pub span: Option<Range<usize>>,
}

impl SyntaxError {
    pub(crate) fn new(message: impl Into<String>, start: usize, end: usize) -> Self {
        SyntaxError { message: message.into(), span: Some(start..end) }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

impl From<SyntaxError> for String {
    fn from(error: SyntaxError) -> Self {
        error.message
    }
}

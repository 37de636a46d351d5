use std::{fmt, ops::Range};

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What was expected, and what stands there.
    pub message: String,
    /// Where, in bytes of the text; nothing if variables stand in it, or the text as a whole is meant.
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

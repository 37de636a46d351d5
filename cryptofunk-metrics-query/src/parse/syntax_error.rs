use std::{fmt, ops::Range};

use crate::lint_rule::LintRule;

/// Why a text cannot be parsed as a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The check that finds it: [`LintRule::MissingOperand`], or [`LintRule::Syntax`] for all else.
    pub rule: LintRule,
    /// What was expected, and what was found.
    pub message: String,
    /// Where, in bytes of the text. `None` if the text has variables, or if the whole text is meant.
    pub span: Option<Range<usize>>,
}

impl SyntaxError {
    pub(crate) fn new(message: impl Into<String>, start: usize, end: usize) -> Self {
        SyntaxError { rule: LintRule::Syntax, message: message.into(), span: Some(start..end) }
    }

    /// An error of the whole text.
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        SyntaxError { span: None, ..SyntaxError::new(message, 0, 0) }
    }

    /// The error with more in front of its message.
    pub(crate) fn after(self, what: &str) -> Self {
        SyntaxError { message: format!("{what}: {}", self.message), ..self }
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

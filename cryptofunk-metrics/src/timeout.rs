//! Values of `timeout = …` that are not written as a text.

use std::time::Duration;

/// A `Duration`, or a text that a constant holds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a timeout",
    label = "not a duration",
    note = "a timeout is a `std::time::Duration`, or a text such as `\"5s\"`"
)]
pub trait Timeout {
    /// The duration.
    fn duration(self) -> Duration;
}

impl Timeout for Duration {
    fn duration(self) -> Duration {
        self
    }
}

impl Timeout for &str {
    /// # Panics
    ///
    /// If the text is no duration. Servers find this when they start.
    fn duration(self) -> Duration {
        humantime::parse_duration(self)
            .unwrap_or_else(|error| panic!("`{self}` is no duration ({error}); write `5s`, `250ms` or `1m 30s`"))
    }
}

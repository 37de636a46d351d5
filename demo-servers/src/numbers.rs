//! What clients send as numbers, before anybody calculates with it.

use std::fmt;

use cryptofunk_metrics::mcp::ToolErrorCode;

/// The longest series that a tool takes.
pub(crate) const MAX_LENGTH: usize = 100_000;

/// Why numbers cannot be calculated with.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BadNumbers {
    /// No numbers at all.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// More numbers than a tool takes.
    #[error("`{name}` has {length} numbers; at most {MAX_LENGTH} are accepted")]
    TooMany {
        /// The argument.
        name: &'static str,
        /// How many there are.
        length: usize,
    },
    /// Fewer numbers than the calculation needs.
    #[error("`{name}` has {length} numbers; {why} needs at least {needed}")]
    TooFew {
        /// The argument.
        name: &'static str,
        /// How many there are.
        length: usize,
        /// How many there should be.
        needed: usize,
        /// What needs them.
        why: String,
    },
    /// A number outside of what makes sense.
    #[error("{name} is {}, but should be {expected}", Shown(*.value))]
    Outside {
        /// The argument, perhaps with a position.
        name: String,
        /// Its value.
        value: f64,
        /// What would be right.
        expected: &'static str,
    },
    /// Series that belong together have different lengths.
    #[error(
        "`{first}` has {first_length} numbers and `{second}` {second_length}; they describe the same bars, so they are equally long"
    )]
    Uneven {
        /// One argument.
        first: &'static str,
        /// Its length.
        first_length: usize,
        /// Another argument.
        second: &'static str,
        /// Its length.
        second_length: usize,
    },
    /// The numbers are fine, but the result is undefined.
    #[error("{0}")]
    Undefined(&'static str),
}

impl ToolErrorCode for BadNumbers {
    fn code(&self) -> &'static str {
        match self {
            BadNumbers::Empty(_) => "no_numbers",
            BadNumbers::TooMany { .. } => "too_many_numbers",
            BadNumbers::TooFew { .. } => "too_few_numbers",
            BadNumbers::Outside { .. } => "number_out_of_range",
            BadNumbers::Uneven { .. } => "uneven_series",
            BadNumbers::Undefined(_) => "undefined_result",
        }
    }
}

/// A number as messages show it: in few digits, however large or small it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown(pub(crate) f64);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.abs() {
            size if size == 0.0 || !size.is_finite() || (1e-6..1e16).contains(&size) => write!(f, "{}", self.0),
            _ => write!(f, "{:e}", self.0),
        }
    }
}

/// Refuses a result with a number that is not finite, for this reason: JSON has no such numbers, and no metric should.
pub(crate) fn check_result(numbers: impl IntoIterator<Item = f64>, why: &'static str) -> Result<(), BadNumbers> {
    match numbers.into_iter().all(f64::is_finite) {
        true => Ok(()),
        false => Err(BadNumbers::Undefined(why)),
    }
}

/// Refuses a series that is empty, too long, or has a number that is not finite.
pub(crate) fn check_series(name: &'static str, values: &[f64]) -> Result<(), BadNumbers> {
    match values.len() {
        0 => return Err(BadNumbers::Empty(name)),
        length if length > MAX_LENGTH => return Err(BadNumbers::TooMany { name, length }),
        _ => {}
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(at) => {
            Err(BadNumbers::Outside { name: format!("`{name}`[{at}]"), value: values[at], expected: "a finite number" })
        }
        None => Ok(()),
    }
}

/// Refuses a series of prices: like [`check_series`], and every one is above 0.
pub(crate) fn check_prices(name: &'static str, values: &[f64]) -> Result<(), BadNumbers> {
    check_series(name, values)?;
    match values.iter().position(|value| *value <= 0.0) {
        Some(at) => {
            Err(BadNumbers::Outside { name: format!("`{name}`[{at}]"), value: values[at], expected: "a price above 0" })
        }
        None => Ok(()),
    }
}

/// Refuses a series shorter than a calculation needs.
pub(crate) fn check_length(
    name: &'static str,
    values: &[f64],
    needed: usize,
    why: impl Into<String>,
) -> Result<(), BadNumbers> {
    if values.len() < needed {
        return Err(BadNumbers::TooFew { name, length: values.len(), needed, why: why.into() });
    }
    Ok(())
}

/// Refuses a number for which `holds` is false, as it is for NaN.
pub(crate) fn check(
    name: &str,
    value: f64,
    expected: &'static str,
    holds: impl FnOnce(f64) -> bool,
) -> Result<(), BadNumbers> {
    if value.is_finite() && holds(value) {
        return Ok(());
    }
    Err(BadNumbers::Outside { name: format!("`{name}`"), value, expected })
}

/// Refuses a period outside of what an indicator takes.
pub(crate) fn check_period(name: &str, period: u32, least: u32) -> Result<usize, BadNumbers> {
    const MOST: u32 = 10_000;
    if (least..=MOST).contains(&period) {
        return Ok(period as usize);
    }
    let expected = if least == 1 { "a period from 1 to 10000" } else { "a period from 2 to 10000" };
    Err(BadNumbers::Outside { name: format!("`{name}`"), value: f64::from(period), expected })
}

//! Bucket bounds of histograms, computed by the compiler.
//!
//! In `#[metric(buckets = …)]`, `exponential(start, factor, count)` and `linear(start, width, count)` stand for these functions. Call
//! them by their paths for constants that several histograms share:
//!
//! ```
//! use cryptofunk_metrics::{buckets, metrics};
//!
//! const LATENCY: [f64; 10] = buckets::exponential(0.001, 2.0);
//!
//! #[metrics(namespace = "doc", subsystem = "buckets")]
//! mod shop {
//!     /// Time to answer.
//!     #[metric(buckets = super::LATENCY)]
//!     pub fn latency_seconds() -> Histogram;
//!
//!     /// Items by order.
//!     #[metric(buckets = linear(1, 2, 5), unit = "items")]
//!     pub fn basket_items() -> Histogram;
//! }
//!
//! # fn main() {
//! assert_eq!(shop::METRICS[0].buckets, [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512]);
//! assert_eq!(shop::METRICS[1].buckets, [1.0, 3.0, 5.0, 7.0, 9.0]);
//! # }
//! ```

use crate::message::Message;

/// The most bounds that a histogram may have.
pub const MAX_BUCKETS: usize = 256;

/// `N` bounds, each `factor` times the one before it, rounded to 12 digits, so that a bound reads `0.3`, not `0.30000000000000004`.
///
/// ```
/// use cryptofunk_metrics::buckets::exponential;
///
/// assert_eq!(exponential(0.1, 3.0), [0.1, 0.3, 0.9, 2.7]);
/// ```
///
/// # Panics
///
/// If `start` is not above 0, or `factor` not above 1. In a constant that is a compile error.
#[track_caller]
pub const fn exponential<const N: usize>(start: f64, factor: f64) -> [f64; N] {
    if !(start > 0.0 && start.is_finite()) {
        panic!("exponential buckets start above 0: the bounds after the first are multiples of it");
    }
    if !(factor > 1.0 && factor.is_finite()) {
        panic!("the factor of exponential buckets is above 1, so that the bounds increase");
    }
    let mut bounds = [0.0; N];
    let (mut bound, mut i) = (start, 0);
    while i < N {
        bounds[i] = rounded(bound);
        bound *= factor;
        i += 1;
    }
    bounds
}

/// `N` bounds, each `width` above the one before it, rounded to 12 digits, so that a bound reads `0.3`, not `0.30000000000000004`.
///
/// ```
/// use cryptofunk_metrics::buckets::linear;
///
/// assert_eq!(linear(0.1, 0.1), [0.1, 0.2, 0.3]);
/// ```
///
/// # Panics
///
/// If `width` is not above 0. In a constant that is a compile error.
#[track_caller]
pub const fn linear<const N: usize>(start: f64, width: f64) -> [f64; N] {
    if !(width > 0.0 && width.is_finite()) {
        panic!("the width of linear buckets is above 0, so that the bounds increase");
    }
    let mut bounds = [0.0; N];
    let mut i = 0;
    while i < N {
        let bound = start + width * i as f64;
        // What is left of a sum that is 0 in decimals.
        bounds[i] = if bound.abs() < width * 1e-9 { 0.0 } else { rounded(bound) };
        i += 1;
    }
    bounds
}

/// The nearest number of 12 digits, where a power of ten that scales it is exact.
const fn rounded(value: f64) -> f64 {
    const DIGITS: f64 = 1e12;
    const EXACT_POWER: f64 = 1e22;
    let size = value.abs();
    if size == 0.0 || !size.is_finite() {
        return value;
    }
    let mut scale = 1.0;
    while size * scale < DIGITS / 10.0 && scale < EXACT_POWER {
        scale *= 10.0;
    }
    let scaled = size * scale;
    if scaled >= DIGITS * 10.0 || scaled < DIGITS / 10.0 {
        return value;
    }
    let rounded = (scaled + 0.5) as u64 as f64 / scale;
    if value < 0.0 { -rounded } else { rounded }
}

/// Refuses bounds that do not increase, of the family of this name; for bounds that only the compiler's evaluation knows.
#[doc(hidden)]
#[track_caller]
pub const fn check_buckets(family: &str, bounds: &[f64]) {
    let message = Message::new().push("the buckets of `").push(family).push("`");
    if bounds.is_empty() {
        message.push(" have no bound; a histogram needs at least one").panic();
    }
    if bounds.len() > MAX_BUCKETS {
        message.push(" are more than the 256 that a histogram may have").panic();
    }
    let mut i = 0;
    while i < bounds.len() {
        if !bounds[i].is_finite() {
            message.push(" have a bound that is not finite; `+Inf` is added by itself").panic();
        }
        if i > 0 && bounds[i] <= bounds[i - 1] {
            message.push(" do not increase: one of the bounds does not come after the one before it").panic();
        }
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bounds_read_as_people_write_them() {
        assert_eq!(linear(0.1, 0.1), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
        assert_eq!(linear(-0.3, 0.1), [-0.3, -0.2, -0.1, 0.0, 0.1]);
        assert_eq!(exponential(1e-6, 10.0), [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0]);
        assert_eq!(exponential(1.0, 1.1), [1.0, 1.1, 1.21, 1.331, 1.4641, 1.61051]);
        assert_eq!(exponential(1024.0, 1024.0), [1024.0, 1048576.0, 1073741824.0, 1099511627776.0, 1125899906842624.0]);
    }

    #[test]
    #[should_panic(expected = "the buckets of `a_seconds` have a bound that is not finite")]
    fn bounds_that_grow_past_all_numbers_are_refused() {
        check_buckets("a_seconds", &exponential::<100>(1.0, 1e10));
    }

    #[test]
    #[should_panic(expected = "the factor of exponential buckets is above 1")]
    fn a_factor_that_is_no_number_is_refused() {
        let _ = exponential::<2>(1.0, f64::NAN);
    }

    proptest! {
        #[test]
        fn rounding_moves_a_bound_by_less_than_its_twelfth_digit(value in prop::num::f64::NORMAL) {
            prop_assert!((rounded(value) - value).abs() <= value.abs() * 1e-11, "{value:e} {:e}", rounded(value));
        }
    }
}

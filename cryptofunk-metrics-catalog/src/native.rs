//! Native histograms: buckets that are made as observations need them.
//!
//! `#[metric(native)]` makes a histogram native, with the defaults; `#[metric(native(factor = 1.02, max_buckets = 320))]` changes some.
//! [`NativeHistogram`] says what they mean.

/// The settings of a native histogram: how fine its buckets are, and how many it may have.
///
/// The bounds of the buckets are powers of 2^(2^−schema). With schema 3, each bound is 9 % above the one before it; with schema 0, twice as
/// large. A bucket is made when the first observation falls into it.
///
/// ```
/// use cryptofunk_metrics_catalog::native::NativeHistogram;
///
/// let default = NativeHistogram::DEFAULT;
/// assert_eq!((default.schema(), default.max_buckets(), default.zero_threshold()), (3, 160, 2f64.powi(-128)));
/// assert_eq!(default.with_factor(1.02), default.with_schema(6));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NativeHistogram {
    schema: i8,
    max_buckets: u32,
    zero_threshold: f64,
}

/// The coarsest schema: each bound is 65,536 times the one before it.
pub const MIN_SCHEMA: i8 = -4;
/// The finest schema: each bound is 0.27 % above the one before it.
pub const MAX_SCHEMA: i8 = 8;

impl NativeHistogram {
    /// Schema 3 (a factor of at most 1.1), at most 160 buckets, and a zero bucket for values up to 2⁻¹²⁸. Prometheus recommends these, and
    /// its client libraries have this threshold.
    pub const DEFAULT: Self =
        NativeHistogram { schema: 3, max_buckets: 160, zero_threshold: 1.0 / (1_u128 << 127) as f64 / 2.0 };

    /// Sets the coarsest schema in which each bound is at most `factor` times the one before it.
    ///
    /// # Panics
    ///
    /// If the factor is not above 1. In a constant that is a compile error.
    #[track_caller]
    #[must_use]
    pub const fn with_factor(self, factor: f64) -> Self {
        if !(factor > 1.0 && factor.is_finite()) {
            panic!("the factor of a native histogram is above 1: it is the ratio of a bucket's bounds, such as 1.1");
        }
        let mut schema = MIN_SCHEMA;
        while schema < MAX_SCHEMA && !is_at_least_2(factor, schema) {
            schema += 1;
        }
        NativeHistogram { schema, ..self }
    }

    /// Sets the schema, from −4 to 8.
    ///
    /// # Panics
    ///
    /// If the schema is outside of this range. In a constant that is a compile error.
    #[track_caller]
    #[must_use]
    pub const fn with_schema(self, schema: i8) -> Self {
        if schema < MIN_SCHEMA || schema > MAX_SCHEMA {
            panic!("the schema of a native histogram is a whole number from -4 to 8");
        }
        NativeHistogram { schema, ..self }
    }

    /// Limits the number of buckets, without the zero bucket. At the limit, the schema becomes coarser by one, so that two buckets become
    /// one. Schema −4 stays as it is.
    ///
    /// # Panics
    ///
    /// If it is 0. In a constant that is a compile error.
    #[track_caller]
    #[must_use]
    pub const fn with_max_buckets(self, max_buckets: u32) -> Self {
        if max_buckets == 0 {
            panic!("a native histogram has at least one bucket: `max_buckets` is above 0");
        }
        NativeHistogram { max_buckets, ..self }
    }

    /// Sets the zero bucket: values up to this distance from 0 count in it.
    ///
    /// # Panics
    ///
    /// If it is below 0, or not finite. In a constant that is a compile error.
    #[track_caller]
    #[must_use]
    pub const fn with_zero_threshold(self, zero_threshold: f64) -> Self {
        if !(zero_threshold >= 0.0 && zero_threshold.is_finite()) {
            panic!("the zero threshold of a native histogram is finite, and 0 or above");
        }
        NativeHistogram { zero_threshold, ..self }
    }

    /// The schema: from −4, the coarsest, to 8, the finest.
    pub const fn schema(&self) -> i8 {
        self.schema
    }

    /// How many buckets there are at most, the zero bucket aside.
    pub const fn max_buckets(&self) -> u32 {
        self.max_buckets
    }

    /// The largest value in the zero bucket.
    pub const fn zero_threshold(&self) -> f64 {
        self.zero_threshold
    }

    /// Whether both make the same buckets.
    pub(crate) const fn is_same(&self, other: &Self) -> bool {
        self.schema == other.schema
            && self.max_buckets == other.max_buckets
            && self.zero_threshold == other.zero_threshold
    }
}

impl Default for NativeHistogram {
    fn default() -> Self {
        NativeHistogram::DEFAULT
    }
}

/// Whether the growth of a schema, 2^(2^−schema), is at most this factor: whether `factor` to the power of 2^schema is at least 2.
const fn is_at_least_2(factor: f64, schema: i8) -> bool {
    let mut factor = factor;
    let mut least = 2.0;
    let mut left = schema;
    while left > 0 {
        factor *= factor;
        left -= 1;
    }
    while left < 0 {
        least *= least;
        left += 1;
    }
    factor >= least
}

#[cfg(test)]
mod tests {
    use super::*;

    /// client_golang's `pickSchema`.
    fn reference(factor: f64) -> i8 {
        match factor.log2().log2().floor() {
            floor if floor <= -8.0 => 8,
            floor if floor >= 4.0 => -4,
            floor => -floor as i8,
        }
    }

    #[test]
    fn a_factor_gives_the_schema_that_other_client_libraries_choose() {
        for factor in
            [1.000001, 1.0027, 1.0028, 1.005, 1.01, 1.02, 1.05, 1.09, 1.1, 1.2, 1.5, 1.99, 2.0, 3.0, 4.0, 10.0, 16.0]
                .into_iter()
                .chain([100.0, 255.9, 256.0, 65_535.0, 65_536.0, 1e9])
        {
            assert_eq!(NativeHistogram::DEFAULT.with_factor(factor).schema(), reference(factor), "{factor}");
        }
    }

    #[test]
    #[should_panic(expected = "the factor of a native histogram is above 1")]
    fn a_factor_that_is_no_number_is_refused() {
        let _ = NativeHistogram::DEFAULT.with_factor(f64::NAN);
    }

    #[test]
    #[should_panic(expected = "from -4 to 8")]
    fn a_schema_that_does_not_exist_is_refused() {
        let _ = NativeHistogram::DEFAULT.with_schema(9);
    }

    #[test]
    #[should_panic(expected = "the zero threshold of a native histogram is finite")]
    fn a_threshold_that_is_no_number_is_refused() {
        let _ = NativeHistogram::DEFAULT.with_zero_threshold(f64::NAN);
    }
}

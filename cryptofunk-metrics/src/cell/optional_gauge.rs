use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// One series of a gauge family that may have no value: it has no sample until one is set, and none after it was cleared.
///
/// For what is unknown rather than 0: the time of the last backup before there is one, a temperature whose sensor does not answer.
/// `absent(…)` finds such a series in PromQL.
///
/// ```
/// use cryptofunk_metrics::{OptionalGauge, encode_text, metrics, testing::value_of};
///
/// #[metrics(namespace = "doc", subsystem = "optional_gauge")]
/// mod boiler {
///     /// Water temperature, as long as the sensor answers.
///     pub fn temperature_celsius() -> OptionalGauge;
/// }
///
/// let temperature = boiler::temperature_celsius();
/// assert!(!encode_text().contains("\ndoc_optional_gauge_temperature_celsius"));
/// temperature.set(92.5);
/// assert_eq!(value_of(temperature), Some(92.5));
/// assert!(encode_text().contains("\ndoc_optional_gauge_temperature_celsius 92.5\n"));
/// temperature.clear();
/// assert_eq!(value_of(temperature), None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OptionalGauge {
    pub(crate) word: &'static AtomicU64,
}

/// What an optional gauge without a value holds: a NaN that no calculation yields.
pub(crate) const ABSENT: u64 = 0x7ff8_6162_7365_6e74;

/// The value that a word holds.
pub(crate) fn value_of_bits(bits: u64) -> Option<f64> {
    (bits != ABSENT).then(|| f64::from_bits(bits))
}

/// The word of a value.
pub(crate) fn bits_of(value: Option<f64>) -> u64 {
    match value {
        None => ABSENT,
        // All NaNs are one in the exposition.
        Some(value) if value.is_nan() => f64::NAN.to_bits(),
        Some(value) => value.to_bits(),
    }
}

impl OptionalGauge {
    /// Sets the value.
    #[inline]
    pub fn set(self, value: f64) {
        self.word.store(bits_of(Some(value)), Relaxed);
    }

    /// Takes the value away: the series has no sample until one is set again.
    #[inline]
    pub fn clear(self) {
        self.word.store(ABSENT, Relaxed);
    }

    /// Adds to the value, or to 0 if there is none; a negative `delta` subtracts.
    pub fn add(self, delta: f64) {
        let add = |bits| Some(bits_of(Some(value_of_bits(bits).unwrap_or(0.0) + delta)));
        // Never fails: `add` always returns a value.
        let _ = self.word.fetch_update(Relaxed, Relaxed, add);
    }

    /// The value, if there is one.
    pub fn get(self) -> Option<f64> {
        value_of_bits(self.word.load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_number_is_a_value(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            let kept = value_of_bits(bits_of(Some(value))).expect("a value");
            prop_assert!(kept.to_bits() == bits || (kept.is_nan() && value.is_nan()));
        }
    }

    #[test]
    fn not_even_the_mark_of_absence_is_absent_when_it_is_set() {
        assert!(value_of_bits(bits_of(Some(f64::from_bits(ABSENT)))).is_some_and(f64::is_nan));
        assert_eq!(value_of_bits(bits_of(None)), None);
    }
}

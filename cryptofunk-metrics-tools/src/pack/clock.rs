//! Durations of rules, as Prometheus writes them, perhaps shortened for tests.

/// How much shorter than written all durations are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    divisor: u32,
}

pub(super) const MINUTE: u64 = 60;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;

impl Clock {
    pub(super) fn new(divisor: u32) -> Self {
        Clock { divisor: divisor.max(1) }
    }

    /// A duration in the largest unit of which it is a whole number.
    pub(super) fn of(self, seconds: u64) -> String {
        let millis = (seconds * 1000 / u64::from(self.divisor)).max(1);
        let units = [(DAY * 1000, "d"), (HOUR * 1000, "h"), (MINUTE * 1000, "m"), (1000, "s")];
        match units.into_iter().find(|(unit, _)| millis.is_multiple_of(*unit)) {
            Some((unit, name)) => format!("{}{name}", millis / unit),
            None => format!("{millis}ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_their_largest_unit() {
        let written = |divisor, seconds| Clock::new(divisor).of(seconds);
        assert_eq!([5 * MINUTE, HOUR, 3 * DAY, 90].map(|one| written(1, one)), ["5m", "1h", "3d", "90s"]);
        assert_eq!([5 * MINUTE, HOUR, 3 * DAY, 90].map(|one| written(60, one)), ["5s", "1m", "72m", "1500ms"]);
    }
}

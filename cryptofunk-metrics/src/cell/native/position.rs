use std::sync::LazyLock;

use cryptofunk_metrics_catalog::native::MAX_SCHEMA;

/// How many octaves there are: from that which ends in the smallest number above 0 to that of infinity, which begins after the largest.
pub(super) const OCTAVES: usize = 2100;
/// The octave from 1 to 2: values above 1, and 2 itself.
pub(super) const ONE: usize = 1075;

/// Where a value falls. Both the octave and the buckets in it hold their upper bound, and not their lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) octave: usize,
    /// The bucket in the octave, by the number of its bounds.
    pub(super) bucket: usize,
}

impl Position {
    /// The position of a value above 0 among buckets that begin at these fractions of an octave's end.
    #[inline]
    pub(super) fn of(value: f64, bounds: &[f64]) -> Self {
        if value == f64::INFINITY {
            return Position { octave: OCTAVES - 1, bucket: 0 };
        }
        let (fraction, power) = split(value);
        // The octave that ends in 2^power.
        let octave = (power + ONE as i32 - 1) as usize;
        match bounds.partition_point(|bound| *bound < fraction) {
            // A power of two ends the octave before.
            0 => Position { octave: octave - 1, bucket: bounds.len() - 1 },
            passed => Position { octave, bucket: passed - 1 },
        }
    }
}

/// A finite number above 0 as a fraction, from 0.5 to below 1, of a power of two.
#[inline]
fn split(value: f64) -> (f64, i32) {
    const DIGITS: u32 = f64::MANTISSA_DIGITS - 1;
    const HALF: u64 = 0.5_f64.to_bits();
    // Numbers that are too small for their digits get them.
    const SCALE: i32 = 54;
    let (value, scaled) = if value < f64::MIN_POSITIVE { (value * (1_u64 << SCALE) as f64, SCALE) } else { (value, 0) };
    let bits = value.to_bits();
    let power = (bits >> DIGITS) as i32 - (HALF >> DIGITS) as i32;
    (f64::from_bits(bits & ((1 << DIGITS) - 1) | HALF), power - scaled)
}

/// Where the buckets of a schema from 0 on begin, as fractions of the octave's end.
pub(super) fn bounds(schema: i8) -> &'static [f64] {
    static FINEST: LazyLock<Vec<f64>> = LazyLock::new(|| of_schema(MAX_SCHEMA));
    static BOUNDS: [LazyLock<Vec<f64>>; MAX_SCHEMA as usize + 1] = [
        LazyLock::new(|| coarser(8)),
        LazyLock::new(|| coarser(7)),
        LazyLock::new(|| coarser(6)),
        LazyLock::new(|| coarser(5)),
        LazyLock::new(|| coarser(4)),
        LazyLock::new(|| coarser(3)),
        LazyLock::new(|| coarser(2)),
        LazyLock::new(|| coarser(1)),
        LazyLock::new(|| coarser(0)),
    ];
    /// The bounds that a schema has which is coarser by so much: the same numbers, so that a value is in the bucket that its bucket merges into.
    fn coarser(by: u32) -> Vec<f64> {
        FINEST.iter().copied().step_by(1 << by).collect()
    }
    &BOUNDS[usize::from(schema.clamp(0, MAX_SCHEMA).unsigned_abs())]
}

fn of_schema(schema: i8) -> Vec<f64> {
    let buckets = 1_u32 << schema;
    (0..buckets).map(|bucket| (f64::from(bucket) / f64::from(buckets)).exp2() / 2.0).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bounds_are_the_roots_of_two() {
        assert_eq!(bounds(0), [0.5]);
        assert_eq!(bounds(1), [0.5, 0.5_f64.sqrt()]);
        assert_eq!(bounds(8).len(), 256);
        assert!(bounds(8).windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn powers_of_two_end_an_octave() {
        let of = |value: f64| {
            let Position { octave, bucket } = Position::of(value, bounds(3));
            (octave as i32 - ONE as i32, bucket)
        };
        assert_eq!(of(2.0), (0, 7));
        assert_eq!(of(2.0_f64.next_up()), (1, 0));
        assert_eq!(of(1.0), (-1, 7));
        assert_eq!(of(1.5), (0, 4));
        assert_eq!(of(f64::MAX), (1023, 7));
        assert_eq!(of(f64::INFINITY), (1024, 0));
        assert_eq!(of(f64::from_bits(1)), (-1075, 7));
        assert_eq!(of(f64::MIN_POSITIVE), (-1023, 7));
    }

    proptest! {
        #[test]
        fn a_value_is_in_the_bucket_whose_bounds_are_around_it(value in prop::num::f64::POSITIVE | prop::num::f64::SUBNORMAL) {
            let value = value.abs();
            prop_assume!(value.is_finite() && value > 0.0);
            let (fraction, power) = split(value);
            prop_assert!((0.5..1.0).contains(&fraction));
            // In two steps: neither power is past all numbers.
            let half = power / 2;
            prop_assert_eq!(fraction * 2f64.powi(half) * 2f64.powi(power - half), value);
        }
    }
}

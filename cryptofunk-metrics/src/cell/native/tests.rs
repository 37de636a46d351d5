use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::cell::local;

fn native(schema: i8, max_buckets: u32) -> Native {
    Native::new(NativeHistogram::DEFAULT.with_schema(schema).with_max_buckets(max_buckets), Slot::NOWHERE)
}

fn read(native: &Native) -> NativeHistogramValue {
    native.read(&local::ARENA.reader())
}

/// The values by the number of their bucket, slowly: by a logarithm, which is exact enough for values that are no bound.
fn reference(values: &[f64], schema: i8, max_buckets: usize) -> (i8, BTreeMap<i32, u64>) {
    let of_schema = |schema: i8| {
        let mut buckets = BTreeMap::new();
        for value in values {
            *buckets.entry((value.log2() * 2f64.powi(schema.into())).ceil() as i32).or_default() += 1;
        }
        buckets
    };
    let mut schema = schema;
    while schema > -4 && of_schema(schema).len() > max_buckets {
        schema -= 1;
    }
    (schema, of_schema(schema))
}

proptest! {
    // Words are never given back, and other tests of this process have a table of their own for each of hundreds of threads.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn buckets_are_those_of_a_slow_model(
        powers in prop::collection::vec(-8.0..8.0, 0..200),
        schema in -4..=8_i8,
        max_buckets in 1..100_u32,
    ) {
        let values: Vec<f64> = powers.into_iter().map(f64::exp2).collect();
        let native = native(schema, max_buckets);
        values.iter().for_each(|value| native.count(*value));
        let value = read(&native);
        let (schema, buckets) = reference(&values, schema, max_buckets as usize);
        prop_assert_eq!(value.schema, schema);
        prop_assert_eq!(value.positive, buckets.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn when_it_is_read_changes_nothing(
        powers in prop::collection::vec((-1074..1024, any::<bool>()), 0..400),
        schema in -4..=6_i8,
        max_buckets in 1..20_u32,
    ) {
        let (often, once) = (native(schema, max_buckets), native(schema, max_buckets));
        let mut before = read(&often);
        for (power, is_negative) in powers {
            // In two steps: neither power is past all numbers.
            let size = 2f64.powi(power / 2) * 2f64.powi(power - power / 2);
            let value = if is_negative { -size } else { size };
            [&often, &once].into_iter().for_each(|native| native.count(value));
            let now = read(&often);
            prop_assert!(now.schema <= before.schema);
            prop_assert_eq!(now.count(), before.count() + 1);
            before = now;
        }
        prop_assert_eq!(before, read(&once));
    }

    #[test]
    fn spans_and_deltas_read_back(buckets in prop::collection::btree_map(-200..200_i32, 1..1_000_u64, 0..60)) {
        let buckets: Vec<_> = buckets.into_iter().collect();
        let Spans { spans, deltas } = Spans::of(&buckets);
        let (mut bound, mut count, mut deltas) = (0, 0_i64, deltas.into_iter());
        let mut back = Vec::new();
        for (place, (offset, length)) in spans.iter().enumerate() {
            prop_assert!(place == 0 || *offset > 2, "a small gap is no end of a span");
            bound += offset;
            for _ in 0..*length {
                count += deltas.next().expect("a delta for each bucket");
                back.push((bound, count as u64));
                bound += 1;
            }
        }
        prop_assert_eq!(deltas.next(), None);
        back.retain(|(_, count)| *count > 0);
        prop_assert_eq!(back, buckets);
    }
}

#[test]
fn more_octaves_than_buckets_need_a_word_each() {
    let native = Native::new(
        NativeHistogram::DEFAULT.with_schema(8).with_max_buckets(10).with_zero_threshold(0.0),
        Slot::NOWHERE,
    );
    for power in -500..500 {
        native.count(2f64.powi(power));
    }
    let side = native.positive.get().expect("values above 0");
    assert_eq!(side.iter().filter(|(_, words)| words.schema == 8).count(), 10);
    assert_eq!(side.iter().filter(|(_, words)| words.schema == 0).count(), 990);
    assert_eq!(read(&native).count(), 1000);
}

#[test]
fn octaves_after_a_scrape_are_as_fine_as_it_was() {
    let native = native(8, 100);
    (1..=200).for_each(|i| native.count(1.0 + f64::from(i) / 256.0));
    let schema = read(&native).schema;
    assert!(schema < 8);
    native.count(1000.0);
    let finest = native.positive.get().expect("values above 0").iter().map(|(_, words)| words.schema).min();
    assert_eq!(finest, Some(schema));
    assert_eq!(read(&native).count(), 201);
}

#[test]
fn the_zero_bucket_holds_its_threshold() {
    let native = Native::new(NativeHistogram::DEFAULT.with_zero_threshold(0.5), Slot::NOWHERE);
    [0.0, -0.0, 0.5, -0.5, 0.25, 0.5_f64.next_up(), -(0.5_f64.next_up())]
        .into_iter()
        .for_each(|value| native.count(value));
    let value = read(&native);
    assert_eq!((value.zero_count, value.positive.len(), value.negative.len()), (5, 1, 1));
}

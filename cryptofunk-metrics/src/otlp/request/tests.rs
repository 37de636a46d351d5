use proptest::prelude::*;

use cryptofunk_metrics_macros::{Label, metrics};
use opentelemetry_proto::tonic::{
    common::v1::any_value,
    metrics::v1::{Exemplar, exemplar},
};

use super::*;

#[derive(Label, Clone, Copy)]
enum Side {
    Buy,
    Sell,
}

#[metrics(namespace = "otlp_kinds", lazy)]
mod m {
    /// Whole numbers.
    pub fn orders_total(side: Side) -> Counter;
    /// Fractions.
    pub fn revenue_eur_total() -> FloatCounter;
    /// A number.
    pub fn load_ratio() -> Gauge;
    /// A count.
    pub fn waiting() -> IntGauge;
    /// Nothing.
    pub fn share_ratio() -> OptionalGauge;
    /// Declared buckets.
    #[metric(buckets = [0.1, 1])]
    pub fn wait_seconds() -> Histogram;
    /// Below 0 too.
    #[metric(buckets = [-1, 1])]
    pub fn profit_usd() -> Histogram;
    /// Buckets that it makes.
    #[metric(buckets = [1], native(schema = 0))]
    pub fn result_bytes() -> Histogram;
}

fn exported() -> Vec<Metric> {
    registry::refresh();
    exported_with(Aggregation::Exponential)
}

fn exported_with(aggregation: Aggregation) -> Vec<Metric> {
    let request = request(Resource::default(), aggregation);
    request.resource_metrics.into_iter().flat_map(|all| all.scope_metrics).flat_map(|scope| scope.metrics).collect()
}

fn find(name: &str) -> Option<Metric> {
    exported().into_iter().find(|metric| metric.name == name)
}

#[test]
fn each_kind_is_what_opentelemetry_calls_it() {
    m::register();
    m::orders_total(Side::Buy);
    m::orders_total(Side::Sell).inc_by(3);
    m::revenue_eur_total().inc_by(2.5);
    m::load_ratio().set(0.5);
    m::waiting().set(-2);
    [0.05, 0.5, 0.6, 7.0].into_iter().for_each(|value| m::wait_seconds().observe(value));
    [-3.0, 0.0].into_iter().for_each(|value| m::profit_usd().observe(value));
    [0.0, 3.0, 4.0, 9.0].into_iter().for_each(|value| m::result_bytes().observe(value));

    let orders = find("otlp_kinds_orders_total").expect("a counter");
    assert_eq!((orders.description.as_str(), orders.unit.as_str()), ("Whole numbers.", ""));
    let Some(Data::Sum(sum)) = orders.data else { panic!("a counter is a sum") };
    assert!(sum.is_monotonic && sum.aggregation_temporality == Cumulative as i32);
    assert_eq!(sum.data_points.len(), 2);
    let point = &sum.data_points[1];
    assert_eq!(point.value, Some(Value::AsInt(3)));
    assert!(point.start_time_unix_nano > 0 && point.start_time_unix_nano <= point.time_unix_nano);
    assert_eq!(point.attributes, [attribute("side", "sell")]);
    let text = point.attributes[0].value.as_ref().and_then(|value| value.value.clone());
    assert_eq!(text, Some(any_value::Value::StringValue("sell".to_owned())));

    let value = |name: &str| match find(name).and_then(|metric| metric.data) {
        Some(Data::Sum(sum)) => sum.data_points[0].value,
        Some(Data::Gauge(gauge)) => gauge.data_points[0].value,
        _ => None,
    };
    assert_eq!(value("otlp_kinds_revenue_eur_total"), Some(Value::AsDouble(2.5)));
    assert_eq!(value("otlp_kinds_load_ratio"), Some(Value::AsDouble(0.5)));
    assert_eq!(value("otlp_kinds_waiting"), Some(Value::AsInt(-2)));
    assert_eq!(find("otlp_kinds_load_ratio").expect("a gauge").unit, "1");
    assert!(find("otlp_kinds_share_ratio").is_none(), "no series has a value");

    let histogram = |name: &str| match find(name).and_then(|metric| metric.data) {
        Some(Data::Histogram(histogram)) => histogram.data_points[0].clone(),
        _ => panic!("{name} is a histogram"),
    };
    let wait = histogram("otlp_kinds_wait_seconds");
    assert_eq!((wait.count, &wait.bucket_counts[..], &wait.explicit_bounds[..]), (4, &[1, 2, 1][..], &[0.1, 1.0][..]));
    assert!((wait.sum.expect("a sum") - 8.15).abs() < 1e-9);
    assert_eq!(histogram("otlp_kinds_profit_usd").sum, None, "a sum of losses would go down");

    let Some(Data::ExponentialHistogram(native)) = find("otlp_kinds_result_bytes").and_then(|metric| metric.data)
    else {
        panic!("a native histogram is exponential")
    };
    let point = &native.data_points[0];
    assert_eq!((point.count, point.zero_count, point.scale, point.sum), (4, 1, 0, Some(16.0)));
    // Above 2 and up to 4 are two, above 4 and up to 8 none, above 8 and up to 16 one.
    assert_eq!(point.positive, Some(Buckets { offset: 1, bucket_counts: vec![2, 0, 1] }));
    assert!(exported().iter().any(|metric| metric.name == "process_start_time_seconds"));
}

#[test]
fn a_histogram_with_both_kinds_of_buckets_is_exported_with_one_of_them() {
    #[metrics(namespace = "otlp_both")]
    mod m {
        /// Both.
        #[metric(buckets = [1, 4], native(schema = 0))]
        pub fn result_bytes() -> Histogram;
        /// Those that it makes.
        #[metric(native)]
        pub fn wait_seconds() -> Histogram;
    }
    for value in [0.5, 3.0, 9.0] {
        m::result_bytes().observe(value);
        m::wait_seconds().observe(value);
    }
    registry::refresh();
    let only = |aggregation, name: &str| {
        let mut named = exported_with(aggregation).into_iter().filter(|metric| metric.name == name);
        let only = named.next().and_then(|metric| metric.data).expect("it is exported");
        assert!(named.next().is_none(), "a name has one kind of data");
        only
    };
    for name in ["otlp_both_result_bytes", "otlp_both_wait_seconds"] {
        assert!(matches!(only(Aggregation::Exponential, name), Data::ExponentialHistogram(_)), "{name}");
    }
    let Data::Histogram(declared) = only(Aggregation::Explicit, "otlp_both_result_bytes") else { panic!("declared") };
    let point = &declared.data_points[0];
    assert_eq!(
        (point.count, &point.bucket_counts[..], &point.explicit_bounds[..]),
        (3, &[1, 1, 1][..], &[1.0, 4.0][..])
    );
    let without = only(Aggregation::Explicit, "otlp_both_wait_seconds");
    assert!(matches!(without, Data::ExponentialHistogram(_)), "nothing is declared");
}

proptest! {
    #[test]
    fn buckets_side_by_side_hold_what_sparse_ones_hold(
        positive in prop::collection::btree_map(-300..300_i32, 1..100_u64, 0..20),
        negative in prop::collection::btree_map(-300..300_i32, 1..100_u64, 0..20),
        schema in -4..=8_i8,
        max_buckets in 2..200_usize,
    ) {
        let native = NativeHistogramValue {
            schema,
            zero_threshold: 0.0,
            zero_count: 0,
            positive: positive.into_iter().collect(),
            negative: negative.into_iter().collect(),
        };
        let (scale, sides) = dense(&native, max_buckets);
        prop_assert!(sides.iter().map(|side| side.bucket_counts.len()).sum::<usize>() <= max_buckets || scale == MIN_SCALE);
        let by = i32::from(schema) - scale;
        for (side, sparse) in sides.iter().zip([&native.positive, &native.negative]) {
            for (place, count) in side.bucket_counts.iter().enumerate() {
                let lower = side.offset + place as i32;
                let merged = sparse.iter().filter(|(bound, _)| (bound - 1) >> by == lower).map(|(_, count)| count);
                prop_assert_eq!(*count, merged.sum::<u64>());
            }
            prop_assert_eq!(side.bucket_counts.iter().sum::<u64>(), sparse.iter().map(|(_, count)| count).sum::<u64>());
        }
    }
}

#[test]
fn exemplars_are_of_the_counter_or_the_histogram_that_they_were_recorded_in() {
    #[metrics(namespace = "otlp_exemplars")]
    mod m {
        /// Whole numbers.
        pub fn orders_total() -> Counter;
        /// Declared buckets.
        #[metric(buckets = [0.1, 1])]
        pub fn wait_seconds() -> Histogram;
    }
    let order = |number: &str| crate::exemplar::Exemplar::new([("order", number)]);
    m::orders_total().inc_by_with_exemplar(3, order("1"));
    m::wait_seconds().observe_with_exemplar(0.05, order("2"));
    m::wait_seconds().observe_with_exemplar(7.0, order("3"));
    m::wait_seconds().observe(0.5);

    let said = |exemplars: &[Exemplar]| {
        let value = |exemplar: &Exemplar| match exemplar.value {
            Some(exemplar::Value::AsDouble(value)) => value,
            _ => f64::NAN,
        };
        let all = exemplars.iter().map(|one| (one.filtered_attributes.clone(), value(one)));
        assert!(exemplars.iter().all(|one| one.time_unix_nano > 0 && one.trace_id.is_empty()));
        all.collect::<Vec<_>>()
    };
    let Some(Data::Sum(sum)) = find("otlp_exemplars_orders_total").and_then(|metric| metric.data) else {
        panic!("a counter is a sum")
    };
    assert_eq!(said(&sum.data_points[0].exemplars), [(vec![attribute("order", "1")], 3.0)]);
    let Some(Data::Histogram(histogram)) = find("otlp_exemplars_wait_seconds").and_then(|metric| metric.data) else {
        panic!("it has declared buckets")
    };
    let expected = [(vec![attribute("order", "2")], 0.05), (vec![attribute("order", "3")], 7.0)];
    assert_eq!(said(&histogram.data_points[0].exemplars), expected);
}

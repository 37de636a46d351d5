//! Native histograms, as the prometheus-client crate reads them, and against its own for the same observations.

use std::{sync::Barrier, thread};

use cryptofunk_metrics::{
    Label,
    exposition::{self, Format, protobuf},
    mcp_server, metrics,
    native::NativeHistogram,
    testing,
};
use prometheus_client::{
    encoding::prometheus_protobuf::{encode, prometheus_data_model as model},
    metrics::histogram::{Histogram as Reference, NativeHistogramConfig},
    registry::Registry,
};
use proptest::prelude::*;
use prost::Message;

/// A label value of its own for each case of a property: their counts do not add up.
#[derive(Label, Clone)]
#[label(open, limit = 1_000_000)]
struct Case(u64);

const FACTOR: f64 = 1.02;

#[metrics(namespace = "native")]
mod m {
    /// With the defaults.
    #[metric(native, removable)]
    pub fn default_seconds(case: Case) -> Histogram;

    /// The finest, and few of them.
    #[metric(native(schema = 8, max_buckets = 20), removable)]
    pub fn few_seconds(case: Case) -> Histogram;

    /// One bucket.
    #[metric(native(factor = super::FACTOR, max_buckets = 1), removable)]
    pub fn one_seconds(case: Case) -> Histogram;

    /// Coarser than a power of two.
    #[metric(native(schema = -2), removable)]
    pub fn coarse_bytes(case: Case) -> Histogram;

    /// Without a zero bucket but for 0.
    #[metric(native(factor = 1.5, zero_threshold = 0), removable)]
    pub fn exact_ratio(case: Case) -> Histogram;

    /// With a wide zero bucket, and declared buckets.
    #[metric(buckets = [-1, 0, 0.5, 1, 10], native(factor = 2, zero_threshold = 0.25), removable)]
    pub fn both_ratio(case: Case) -> Histogram;

    /// For one test.
    #[metric(native)]
    pub fn idle_seconds() -> Histogram;

    /// For one test.
    #[metric(native(zero_threshold = 0.0))]
    pub fn empty_seconds() -> Histogram;

    /// For one test.
    #[metric(buckets = [0.1, 1.0], native(max_buckets = 40))]
    pub fn crowded_seconds() -> Histogram;
}

/// Everything that the process exposes, as another crate reads it.
fn families() -> Vec<model::MetricFamily> {
    let body = protobuf::encode();
    let mut rest = &body[..];
    let mut all = Vec::new();
    while !rest.is_empty() {
        all.push(model::MetricFamily::decode_length_delimited(&mut rest).expect("a family after its length"));
    }
    all
}

/// The histogram of a family whose first label has this value.
fn exposed(family: &str, case: Option<&Case>) -> model::Histogram {
    let families = families();
    let family = families.iter().find(|other| other.name == family).expect("it is exposed");
    assert_eq!(family.r#type(), model::MetricType::Histogram);
    let label = case.map(|case| case.label_value().to_owned());
    let metric = family.metric.iter().find(|metric| metric.label.first().map(|label| label.value.clone()) == label);
    metric.and_then(|metric| metric.histogram.clone()).expect("it has a histogram")
}

fn of_reference(reference: Reference) -> model::Histogram {
    let mut registry = Registry::default();
    registry.register("reference", "The same.", reference);
    let family = encode(&registry).expect("messages").remove(0);
    family.metric[0].histogram.clone().expect("it is a histogram")
}

/// What both write, but for when they were created.
fn buckets(histogram: model::Histogram) -> model::Histogram {
    model::Histogram { start_timestamp: None, ..histogram }
}

fn values() -> impl Strategy<Value = Vec<f64>> {
    let sizes = prop_oneof![
        8 => (-6.0..4.0).prop_map(|power: f64| 10f64.powf(power)),
        2 => (-1074..1024).prop_map(|power: i32| 2f64.powi(power / 2) * 2f64.powi(power - power / 2)),
        1 => (prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL).prop_map(f64::abs),
        1 => Just(0.0),
        1 => Just(f64::INFINITY),
    ];
    let values = (sizes, prop::bool::weighted(0.2)).prop_map(|(size, negative)| if negative { -size } else { size });
    prop::collection::vec(values, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn buckets_are_those_of_another_client_library(values in values(), case in any::<u64>(), which in 0..6) {
        let case = Case(case);
        let config = NativeHistogramConfig::new;
        let (family, series, remove, reference): (_, _, fn(Case) -> bool, _) = match which {
            0 => {
                let reference = Reference::new_native(config(1.1).max_buckets(160));
                ("native_default_seconds", m::default_seconds(case.clone()), m::remove_default_seconds, reference)
            }
            1 => {
                let reference = Reference::new_native(NativeHistogramConfig::with_schema(8).max_buckets(20));
                ("native_few_seconds", m::few_seconds(case.clone()), m::remove_few_seconds, reference)
            }
            2 => {
                let reference = Reference::new_native(config(FACTOR).max_buckets(1));
                ("native_one_seconds", m::one_seconds(case.clone()), m::remove_one_seconds, reference)
            }
            3 => {
                let reference = Reference::new_native(NativeHistogramConfig::with_schema(-2).max_buckets(160));
                ("native_coarse_bytes", m::coarse_bytes(case.clone()), m::remove_coarse_bytes, reference)
            }
            4 => {
                let reference = Reference::new_native(config(1.5).max_buckets(160).zero_threshold(-1.0));
                ("native_exact_ratio", m::exact_ratio(case.clone()), m::remove_exact_ratio, reference)
            }
            _ => {
                let native = config(2.0).max_buckets(160).zero_threshold(0.25);
                let reference = Reference::new_classic_and_native([-1.0, 0.0, 0.5, 1.0, 10.0], native);
                ("native_both_ratio", m::both_ratio(case.clone()), m::remove_both_ratio, reference)
            }
        };
        // That library makes its schema coarser by one for each observation past the limit: the last one is repeated until it is there.
        let repeated = values.last().into_iter().flat_map(|last| [*last; 12]);
        for value in values.iter().copied().chain(repeated) {
            series.observe(value);
            reference.observe(value);
        }
        let ours = exposed(family, Some(&case));
        prop_assert!(remove(case));
        let mut theirs = of_reference(reference);
        // It writes the bucket `+Inf`, which is the count.
        theirs.bucket.retain(|bucket| bucket.upper_bound.is_finite());
        // NaN is the sum of both infinities, and is not equal to itself.
        prop_assert_eq!(ours.sample_sum.to_bits(), theirs.sample_sum.to_bits());
        let same = |histogram| model::Histogram { sample_sum: 0.0, ..buckets(histogram) };
        prop_assert_eq!(same(ours), same(theirs));
    }
}

#[test]
fn a_histogram_without_observations_is_native_too() {
    m::idle_seconds();
    let idle = exposed("native_idle_seconds", None);
    assert_eq!(
        (idle.schema, idle.zero_threshold, idle.sample_count),
        (3, NativeHistogram::DEFAULT.zero_threshold(), 0)
    );
    assert!(idle.positive_span.is_empty() && idle.bucket.is_empty());
    // Prometheus takes a histogram for a native one that has a zero threshold, or a span.
    m::empty_seconds();
    let empty = exposed("native_empty_seconds", None);
    assert_eq!(empty.zero_threshold, 0.0);
    assert_eq!(empty.positive_span, [model::BucketSpan { offset: 0, length: 0 }]);
    assert_eq!(
        buckets(of_reference(Reference::new_native(NativeHistogramConfig::new(1.1).zero_threshold(-1.0)))),
        buckets(empty)
    );
}

#[test]
fn text_has_the_declared_buckets_alone() {
    m::idle_seconds();
    let text = exposition::encode(Format::Text);
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with("native_idle_seconds")).collect();
    assert_eq!(
        lines,
        ["native_idle_seconds_bucket{le=\"+Inf\"} 0", "native_idle_seconds_sum 0", "native_idle_seconds_count 0"]
    );
}

/// Threads with tables of their own and threads that share some, while another one scrapes: its buckets always are the count, the
/// schema only becomes coarser, and nothing is lost.
#[test]
fn threads_record_while_a_scrape_reads() {
    const THREADS: usize = 24;
    const EACH: usize = 4_000;
    let (start, crowd) = (Barrier::new(THREADS + 1), m::crowded_seconds());
    let value = |thread: usize, i: usize| 1.0005f64.powi((i * THREADS + thread) as i32 % 30_000 - 15_000);
    let (mut schema, mut count, mut scrapes) = (i32::MAX, 0, 0);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    (0..EACH).for_each(|i| crowd.observe(value(thread, i)));
                })
            })
            .collect();
        start.wait();
        while threads.iter().any(|thread| !thread.is_finished()) || scrapes == 0 {
            let histogram = exposed("native_crowded_seconds", None);
            let mut in_bucket = 0;
            let in_buckets: i64 = histogram
                .positive_delta
                .iter()
                .map(|delta| {
                    in_bucket += delta;
                    in_bucket
                })
                .sum();
            assert_eq!(histogram.sample_count, in_buckets as u64 + histogram.zero_count);
            assert!(histogram.positive_delta.len() <= 120, "40 buckets, and at most two empty ones after each");
            assert!(histogram.bucket.last().expect("declared").cumulative_count <= histogram.sample_count);
            assert!(histogram.schema <= schema && histogram.sample_count >= count);
            (schema, count, scrapes) = (histogram.schema, histogram.sample_count, scrapes + 1);
        }
    });
    let reference = Reference::new_classic_and_native([0.1, 1.0], NativeHistogramConfig::new(1.1).max_buckets(40));
    let all = (0..THREADS).flat_map(|thread| (0..EACH).map(move |i| value(thread, i)));
    all.for_each(|value| reference.observe(value));
    let (ours, mut theirs) = (buckets(exposed("native_crowded_seconds", None)), buckets(of_reference(reference)));
    theirs.bucket.pop();
    // Threads add up in another order.
    assert!((ours.sample_sum - theirs.sample_sum).abs() <= theirs.sample_sum * 1e-9);
    theirs.sample_sum = ours.sample_sum;
    assert_eq!(ours, theirs);
}

#[test]
fn durations_fall_into_the_same_buckets_as_their_seconds() {
    let (by_timer, by_value) = (m::default_seconds(Case(1)), m::default_seconds(Case(2)));
    by_timer.start_timer().stop();
    let sum = by_timer.get().sum;
    by_value.observe(sum);
    let native = |series: cryptofunk_metrics::Histogram| series.get_native().expect("it is native");
    assert_eq!(native(by_timer), native(by_value));
    assert!(m::remove_default_seconds(Case(1)) && m::remove_default_seconds(Case(2)));
}

#[test]
fn series_know_when_they_were_created() {
    let seconds = |time: prost_types::Timestamp| time.seconds as f64 + f64::from(time.nanos) * 1e-9;
    let now = || std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs_f64();
    let before = now();
    m::default_seconds(Case(3));
    let created = exposed("native_default_seconds", Some(&Case(3))).start_timestamp.map(seconds).expect("a time");
    // It is kept in ms.
    assert!((before - 0.001..=now()).contains(&created), "{before} {created}");
    m::remove_default_seconds(Case(3));
    while now() < created + 0.002 {
        thread::yield_now();
    }
    m::default_seconds(Case(3));
    let again = exposed("native_default_seconds", Some(&Case(3))).start_timestamp.map(seconds).expect("a time");
    assert!(again > created, "a series that is made again begins at 0 again");
    m::remove_default_seconds(Case(3));
}

#[metrics(namespace = "stranger", convention = ["mcp", "otel-mcp"])]
#[convention(native(tool_call_duration_seconds, mcp_server_operation_duration_seconds(schema = 5)))]
mod families {}

struct Kitchen;

/// Cooks.
#[mcp_server(name = "kitchen", port = 9316, families = families)]
impl Kitchen {
    /// Boils eggs.
    #[mcp_tool]
    async fn boil(&self, eggs: u8) -> String {
        format!("{eggs} boiled eggs")
    }
}

#[tokio::test]
async fn durations_of_a_strangers_tools_are_native() {
    for eggs in 1..=3 {
        let result = testing::call(&Kitchen, "boil", serde_json::json!({ "eggs": eggs })).await.expect("an answer");
        assert_ne!(result.is_error, Some(true));
    }
    let families = families();
    let histograms = |name: &str| {
        let family = families.iter().find(|family| family.name == name).expect("it is exposed");
        family.metric.iter().filter_map(|metric| metric.histogram.clone()).filter(|of| of.sample_count > 0).collect()
    };
    let in_buckets = |histogram: &model::Histogram| {
        let mut count = 0;
        let counts = histogram.positive_delta.iter().map(|delta| {
            count += delta;
            count
        });
        counts.sum::<i64>() as u64 + histogram.zero_count
    };
    for (name, schema) in [("stranger_mcp_tool_call_duration_seconds", 3), ("mcp_server_operation_duration_seconds", 5)]
    {
        let found: Vec<model::Histogram> = histograms(name);
        let [histogram] = &found[..] else { panic!("{name} has one series that was used: {found:?}") };
        assert_eq!((histogram.schema, histogram.sample_count, in_buckets(histogram)), (schema, 3, 3));
        // For a Prometheus that does not ask for native ones.
        assert!(histogram.bucket.len() > 10);
    }
    let [others] = &histograms("stranger_mcp_request_duration_seconds")[..] else { panic!("the calls are requests") };
    assert_eq!((others.sample_count, others.positive_span.len(), others.zero_threshold), (3, 0, 0.0));
}

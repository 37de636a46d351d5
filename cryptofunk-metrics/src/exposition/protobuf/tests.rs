use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use prometheus::{
    core::{Collector, Desc},
    proto,
};
use proptest::prelude::*;

use cryptofunk_metrics_macros::{Label, metrics};

use super::{
    super::{Format, encode as encode_text, tests::parse},
    model::{LabelPair, Metric, MetricFamily, MetricType},
    *,
};

#[derive(Label, Clone, Copy)]
enum Side {
    Buy,
    Sell,
}

#[derive(Label, Clone)]
#[label(open, limit = 100_000)]
struct Note(String);

#[metrics(namespace = "every_kind", lazy)]
mod m {
    /// Whole numbers.
    pub fn orders_total(side: Side, note: Note) -> Counter;
    /// Fractions.
    pub fn revenue_eur_total(side: Side) -> FloatCounter;
    /// A number.
    pub fn level(note: Note) -> Gauge;
    /// A count.
    pub fn waiting(side: Side) -> IntGauge;
    /// Sometimes nothing.
    pub fn share_ratio(side: Side) -> OptionalGauge;
    /// Computed.
    pub fn age_seconds() -> ComputedGauge;
    /// Declared buckets.
    #[metric(buckets = [-1, 0.001, 0.1, 5, 1e9])]
    pub fn wait_seconds(side: Side, note: Note) -> Histogram;
    /// Buckets that it makes.
    #[metric(native)]
    pub fn native_seconds(note: Note) -> Histogram;
    /// Both.
    #[metric(buckets = [0.1, 1], native(schema = 0))]
    pub fn both_seconds() -> Histogram;
}

/// Held while a test makes series, so that no other makes some between two scrapes.
static TURN: Mutex<()> = Mutex::new(());

/// A summary, which no family of this library is.
struct Foreign(Desc);

impl Collector for Foreign {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.0]
    }

    fn collect(&self) -> Vec<proto::MetricFamily> {
        let mut quantile = proto::Quantile::default();
        quantile.set_quantile(0.5);
        quantile.set_value(1.5);
        let mut summary = proto::Summary::default();
        summary.set_quantile(vec![quantile]);
        summary.set_sample_count(3);
        summary.set_sample_sum(4.25);
        let mut metric = proto::Metric::default();
        metric.set_summary(summary);
        let mut family = proto::MetricFamily::default();
        family.set_name("every_kind_foreign_summary".to_owned());
        family.set_help("Quantiles.".to_owned());
        family.set_field_type(proto::MetricType::SUMMARY);
        family.set_metric(vec![metric]);
        vec![family]
    }
}

fn register_foreign() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let summary =
            Desc::new("every_kind_foreign_summary".to_owned(), "Quantiles.".to_owned(), vec![], Default::default());
        prometheus::register(Box::new(Foreign(summary.expect("a name")))).expect("registered once");
        let counter = prometheus::IntCounterVec::new(prometheus::opts!("every_kind_foreign", "Whole."), &["note"]);
        let counter = counter.expect("a counter");
        counter.with_label_values(&["a \"b\"\n"]).inc_by(7);
        prometheus::register(Box::new(counter)).expect("registered once");
        let buckets = prometheus::HistogramOpts::new("every_kind_foreign_seconds", "Buckets.").buckets(vec![0.5, 1.0]);
        let histogram = prometheus::Histogram::with_opts(buckets).expect("a histogram");
        [0.25, 0.75, 7.0].into_iter().for_each(|value| histogram.observe(value));
        prometheus::register(Box::new(histogram)).expect("registered once");
    });
}

type Series = BTreeMap<(String, BTreeMap<String, String>), u64>;

/// The bits of a number, all NaN alike.
fn bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
}

fn number(text: &str) -> f64 {
    text.replace("Inf", "inf").parse().expect("a number")
}

fn of_text(format: Format) -> Series {
    let text = encode_text(format);
    let samples = text.lines().filter(|line| line.starts_with("every_kind_")).filter_map(parse);
    samples
        .map(|(name, mut labels, value)| {
            // Bounds are numbers, however they are written.
            if let Some(le) = labels.get_mut("le") {
                *le = format!("{:?}", number(le));
            }
            ((name, labels), bits(number(&value)))
        })
        .collect()
}

fn families() -> Vec<MetricFamily> {
    let body = encode();
    let (mut rest, mut all) = (&body[..], Vec::new());
    while !rest.is_empty() {
        all.push(MetricFamily::decode_length_delimited(&mut rest).expect("a family after its length"));
    }
    all
}

/// The series that Prometheus makes of a message, as classic ones.
fn of_protobuf() -> Series {
    let mut series = Series::new();
    for family in families().iter().filter(|family| family.name.starts_with("every_kind_")) {
        for Metric { label, gauge, counter, summary, histogram, .. } in &family.metric {
            let labels = label.iter().map(|LabelPair { name, value }| (name.clone(), value.clone()));
            let labels: BTreeMap<_, _> = labels.collect();
            let mut add = |suffix: &str, more: Option<(&str, f64)>, value: f64| {
                let mut labels = labels.clone();
                labels.extend(more.map(|(name, value)| {
                    let text = if name == "le" { format!("{value:?}") } else { value.to_string() };
                    (name.to_owned(), text)
                }));
                series.insert((format!("{}{suffix}", family.name), labels), bits(value));
            };
            if let Some(histogram) = histogram {
                for bucket in &histogram.bucket {
                    add("_bucket", Some(("le", bucket.upper_bound)), bucket.cumulative_count as f64);
                }
                add("_bucket", Some(("le", f64::INFINITY)), histogram.sample_count as f64);
                add("_sum", None, histogram.sample_sum);
                add("_count", None, histogram.sample_count as f64);
            }
            if let Some(summary) = summary {
                summary.quantile.iter().for_each(|at| add("", Some(("quantile", at.quantile)), at.value));
                add("_sum", None, summary.sample_sum);
                add("_count", None, summary.sample_count as f64);
            }
            let plain = gauge.as_ref().map(|gauge| gauge.value).or(counter.as_ref().map(|counter| counter.value));
            plain.into_iter().for_each(|value| add("", None, value));
        }
    }
    series
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_formats_have_the_same_series_and_values(
        note in "\\PC{0,12}|[\"\\\\\n{},= ]{0,10}",
        numbers in prop::collection::vec(prop::num::f64::ANY, 1..6),
        count in 0..1_000_u64,
        level in any::<i32>(),
        share in prop::option::of(any::<f64>()),
    ) {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        register_foreign();
        m::register();
        let note = || Note(note.clone());
        m::orders_total(Side::Sell, note()).inc_by(count);
        m::waiting(Side::Buy).set(level.into());
        match share {
            Some(share) => m::share_ratio(Side::Sell).set(share),
            None => m::share_ratio(Side::Sell).clear(),
        }
        for number in numbers {
            m::revenue_eur_total(Side::Buy).inc_by(number);
            m::level(note()).set(number);
            m::age_seconds().compute(move || number);
            m::wait_seconds(Side::Sell, note()).observe(number);
            m::native_seconds(note()).observe(number);
            m::both_seconds().observe(number);
        }
        let (text, open, protobuf) = (of_text(Format::Text), of_text(Format::OpenMetrics), of_protobuf());
        prop_assert!(text.len() > 40);
        prop_assert_eq!(&text, &open);
        prop_assert_eq!(&text, &protobuf);
    }
}

#[test]
fn each_family_has_its_type_and_help_and_counters_and_histograms_when_they_were_created() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    register_foreign();
    m::register();
    m::orders_total(Side::Buy, Note("created".to_owned()));
    m::wait_seconds(Side::Buy, Note("created".to_owned()));
    let families = families();
    let of = |name: &str| families.iter().find(|family| family.name == name).expect("it is exposed");
    for (name, kind) in [
        ("every_kind_orders_total", MetricType::Counter),
        ("every_kind_revenue_eur_total", MetricType::Counter),
        ("every_kind_waiting", MetricType::Gauge),
        ("every_kind_wait_seconds", MetricType::Histogram),
        ("every_kind_both_seconds", MetricType::Histogram),
        ("every_kind_foreign", MetricType::Counter),
        ("every_kind_foreign_seconds", MetricType::Histogram),
        ("every_kind_foreign_summary", MetricType::Summary),
    ] {
        let family = of(name);
        assert_eq!(family.r#type(), kind, "{name}");
        assert!(!family.help.is_empty(), "{name}");
        let is_created = |metric: &Metric| {
            let of_counter = metric.counter.as_ref().map(|counter| counter.created_timestamp);
            let of_histogram = metric.histogram.as_ref().map(|histogram| histogram.created_timestamp);
            of_counter.or(of_histogram).map(|created| created.is_some_and(|created| created.seconds > 1_700_000_000))
        };
        let expected = match kind {
            MetricType::Gauge | MetricType::Summary => None,
            // The prometheus crate does not know.
            _ => Some(!name.contains("foreign")),
        };
        assert!(family.metric.iter().all(|metric| is_created(metric) == expected), "{name}");
    }
    assert!(families.iter().any(|family| family.name == "process_start_time_seconds"));
    assert!(families.iter().all(|family| !family.metric.is_empty()));
}

#[test]
fn exemplars_stand_in_the_counter_the_bucket_and_the_native_histogram() {
    #[metrics(namespace = "protobuf_exemplars")]
    mod m {
        /// Whole numbers.
        pub fn orders_total() -> Counter;
        /// Declared buckets.
        #[metric(buckets = [0.1, 1])]
        pub fn wait_seconds() -> Histogram;
        /// Without an exemplar.
        #[metric(buckets = [0.1, 1])]
        pub fn plain_seconds() -> Histogram;
        /// Buckets that it makes.
        #[metric(native)]
        pub fn native_seconds() -> Histogram;
    }
    let order = |number: &str| crate::exemplar::Exemplar::new([("order", number)]);
    m::orders_total().inc_by_with_exemplar(3, order("1"));
    for histogram in [m::wait_seconds(), m::native_seconds()] {
        histogram.observe_with_exemplar(0.05, order("2"));
        histogram.observe_with_exemplar(7.0, order("3"));
    }
    m::plain_seconds().observe(7.0);

    let metric = |name: &str| {
        let family = families().into_iter().find(|family| family.name == format!("protobuf_exemplars_{name}"));
        family.expect("it is exposed").metric.swap_remove(0)
    };
    let said = |exemplar: &model::Exemplar| {
        assert!(exemplar.timestamp.is_some_and(|at| at.seconds > 1_700_000_000));
        (exemplar.label[0].value.clone(), exemplar.value)
    };
    let counter = metric("orders_total").counter.expect("a counter");
    assert_eq!(counter.exemplar.as_ref().map(said), Some(("1".to_owned(), 3.0)));
    let buckets = metric("wait_seconds").histogram.expect("a histogram").bucket;
    let buckets: Vec<_> = buckets
        .iter()
        .map(|bucket| (bucket.upper_bound, bucket.cumulative_count, bucket.exemplar.as_ref().map(said)))
        .collect();
    let (first, last) = (Some(("2".to_owned(), 0.05)), Some(("3".to_owned(), 7.0)));
    assert_eq!(buckets, [(0.1, 1, first), (1.0, 1, None), (f64::INFINITY, 2, last.clone())]);
    assert_eq!(metric("plain_seconds").histogram.expect("a histogram").bucket.len(), 2, "the count says the same");
    let native = metric("native_seconds").histogram.expect("a histogram");
    assert!(native.bucket.is_empty());
    // One place, for it has no declared buckets.
    assert_eq!(native.exemplars.iter().map(said).collect::<Vec<_>>(), [last.expect("it was just there")]);
}

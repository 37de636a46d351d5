//! Kinds of series beside the plain ones: fractions, gauges that may have no value, gauges that are computed, guards.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use cryptofunk_metrics::{
    Catalog, Label, Schema,
    descriptor::{MetricDescriptor, MetricKind},
    encode_text,
    exposition::{self, Format},
    metrics, promql,
    testing::{Recording, value_of},
};
use prometheus::{core::Collector, proto::MetricType};

#[derive(Label, Clone, Copy)]
enum Side {
    Buy,
    Sell,
}

#[derive(Label, Clone, Copy)]
#[label(fixed)]
struct Shop(&'static str);

#[metrics(namespace = "kinds")]
mod m {
    /// For one test.
    pub fn revenue_eur_total(side: Side) -> FloatCounter;
    /// For one test.
    pub fn busy_seconds_total() -> FloatCounter;
    /// For one test.
    pub fn level_ratio(side: Side) -> OptionalGauge;
    /// For one test.
    pub fn backup_timestamp_seconds() -> OptionalGauge;
    /// For one test.
    pub fn waiting(side: Side) -> ComputedGauge;
    /// For one test.
    pub fn age_seconds(shop: Shop) -> ComputedGauge;
    /// For one test.
    pub fn active() -> IntGauge;
    /// For one test.
    #[metric(buckets = linear(0.1, 0.1, 3))]
    pub fn sizes_ratio() -> Histogram;
}

const CATALOG: Catalog = Catalog::new(&[m::METRICS]);

/// What each format says of a family, its head included.
fn lines(format: Format, family: &str) -> Vec<String> {
    let text = exposition::encode(format);
    assert!(!text.contains("\n\n"), "no line is empty");
    text.lines().filter(|line| line.contains(family) && !line.contains("HELP")).map(str::to_owned).collect()
}

#[test]
fn fractions_of_all_threads_add_up() {
    const THREADS: usize = 8;
    const EACH: usize = 10_000;
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..EACH).for_each(|_| m::revenue_eur_total(Side::Sell).inc_by(0.25)));
        }
    });
    assert_eq!(value_of(m::revenue_eur_total(Side::Sell)), THREADS as f64 * EACH as f64 / 4.0);
    assert_eq!(value_of(m::revenue_eur_total(Side::Buy)), 0.0);
    for format in [Format::Text, Format::OpenMetrics] {
        let name = if format == Format::Text { "kinds_revenue_eur_total" } else { "kinds_revenue_eur" };
        let expected = [
            format!("# TYPE {name} counter"),
            "kinds_revenue_eur_total{side=\"buy\"} 0".to_owned(),
            "kinds_revenue_eur_total{side=\"sell\"} 20000".to_owned(),
        ];
        assert_eq!(lines(format, "kinds_revenue_eur"), expected);
    }
}

#[test]
fn a_counter_of_fractions_only_goes_up() {
    let recording = Recording::start();
    let busy = m::busy_seconds_total();
    for refused in [-0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -f64::MIN_POSITIVE] {
        busy.inc_by(refused);
    }
    assert_eq!(recording.increase_of(busy), 0.0);
    busy.inc_by(0.0);
    busy.inc_by_duration(Duration::from_millis(1500));
    thread::spawn(move || busy.inc_by(40.0)).join().expect("no panic");
    assert_eq!(recording.increase_of(busy), 1.5, "the other thread's fractions are not counted");
    assert_eq!(busy.get(), 41.5);
}

#[test]
fn an_optional_gauge_has_a_sample_only_while_it_has_a_value() {
    let (buy, sell) = (m::level_ratio(Side::Buy), m::level_ratio(Side::Sell));
    let exposed = |format| lines(format, "kinds_level_ratio");
    for format in [Format::Text, Format::OpenMetrics] {
        assert_eq!(exposed(format), ["# TYPE kinds_level_ratio gauge"]);
        // The second of two series alone: no line is empty.
        sell.set(0.5);
        assert_eq!(exposed(format)[1..], ["kinds_level_ratio{side=\"sell\"} 0.5"]);
        buy.add(-0.25);
        assert_eq!(
            exposed(format)[1..],
            ["kinds_level_ratio{side=\"buy\"} -0.25", "kinds_level_ratio{side=\"sell\"} 0.5"]
        );
        sell.clear();
        assert_eq!(exposed(format)[1..], ["kinds_level_ratio{side=\"buy\"} -0.25"]);
        buy.set(f64::NAN);
        assert_eq!(exposed(format)[1..], ["kinds_level_ratio{side=\"buy\"} NaN"], "NaN is a value");
        buy.clear();
        assert_eq!((buy.get(), value_of(sell)), (None, None));
    }
}

#[test]
fn the_prometheus_crate_sees_every_kind() {
    m::backup_timestamp_seconds().clear();
    m::age_seconds(Shop("corner")).compute(|| 7.0);
    m::busy_seconds_total();
    let families = cryptofunk_metrics::registry().collect();
    let of = |name: &str| families.iter().find(|family| family.name() == name);
    assert!(of("kinds_backup_timestamp_seconds").is_none(), "a family without samples is no family there");
    let age = of("kinds_age_seconds").expect("the gauge is there");
    let corner =
        age.get_metric().iter().find(|metric| metric.get_label()[0].value() == "corner").expect("the series is there");
    assert_eq!((age.get_field_type(), corner.get_gauge().get_value()), (MetricType::GAUGE, 7.0));
    assert_eq!(of("kinds_busy_seconds_total").map(|family| family.get_field_type()), Some(MetricType::COUNTER));
}

#[test]
fn a_computed_gauge_is_what_its_source_says_at_the_scrape() {
    let queue = Arc::new(Mutex::new(vec![1, 2, 3]));
    let (buy, sell) = (m::waiting(Side::Buy), m::waiting(Side::Sell));
    assert_eq!(lines(Format::Text, "kinds_waiting"), ["# TYPE kinds_waiting gauge"], "nothing computes it yet");
    let source = Arc::downgrade(&queue);
    buy.compute(move || source.upgrade().map(|queue| queue.lock().expect("no panic").len()));
    assert!(encode_text().contains("kinds_waiting{side=\"buy\"} 3\n"));
    queue.lock().expect("no panic").push(4);
    assert!(encode_text().contains("kinds_waiting{side=\"buy\"} 4\n"));
    queue.lock().expect("no panic").push(5);
    assert_eq!(value_of(buy), Some(5.0), "a test needs no scrape");
    drop(queue);
    assert!(!encode_text().contains("kinds_waiting{"), "its source is gone");

    sell.compute(|| -> f64 { panic!("a source that panics") });
    assert!(!encode_text().contains("kinds_waiting{"), "a panic is no sample, and no end of the scrape");
    // A source may use metrics itself, also series that do not exist yet; a new one replaces it.
    sell.compute(|| {
        m::age_seconds(Shop("made by a source")).compute(|| 1.0);
        value_of(m::backup_timestamp_seconds()).unwrap_or(-1.0)
    });
    assert_eq!(lines(Format::Text, "kinds_waiting{"), ["kinds_waiting{side=\"sell\"} -1"]);
}

#[test]
fn a_guard_counts_down_however_it_ends() {
    let active = || value_of(m::active());
    let first = m::active().inc_guard();
    let second = m::active().inc_guard();
    assert_eq!(active(), 2);
    thread::spawn(move || drop(second)).join().expect("no panic");
    assert_eq!(active(), 1);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _third = m::active().inc_guard();
        assert_eq!(active(), 2);
        panic!("while it counts");
    }));
    assert!(panicked.is_err());
    assert_eq!(active(), 1);
    drop(first);
    assert_eq!(active(), 0);
}

#[test]
fn queries_and_documents_know_counters_and_gauges_alone() {
    const KNOWN: Schema = Schema::new(CATALOG);
    let _ = promql!(KNOWN, "sum by (side) (rate(kinds_revenue_eur_total[5m]))");
    let _ = promql!(KNOWN, "absent(kinds_backup_timestamp_seconds) or max_over_time(kinds_waiting{side=\"buy\"}[1h])");
    let kind = |name| CATALOG.find(name).map(|family: &MetricDescriptor| family.kind);
    assert_eq!(kind("kinds_revenue_eur_total"), Some(MetricKind::Counter));
    assert_eq!(kind("kinds_level_ratio"), Some(MetricKind::Gauge));
    assert_eq!(kind("kinds_waiting"), Some(MetricKind::Gauge));
}

#[test]
fn computed_bounds_read_as_people_write_them() {
    m::sizes_ratio().observe(0.25);
    let text = encode_text();
    for (bound, count) in [("0.1", 0), ("0.2", 0), ("0.3", 1), ("+Inf", 1)] {
        assert!(text.contains(&format!("kinds_sizes_ratio_bucket{{le=\"{bound}\"}} {count}\n")), "{bound}");
    }
}

//! Recording and scraping at the same time, budgets, and the prometheus crate's door.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
    time::Duration,
};

use cryptofunk_metrics::{
    Catalog, Counter, Histogram, Label,
    descriptor::MetricDescriptor,
    encode_text,
    exposition::{self, Format},
    metrics,
    testing::{Recording, value_of},
};

#[derive(Label, Clone, Copy)]
enum Side {
    Buy,
    Sell,
}

#[derive(Label)]
#[label(open, limit = 3)]
struct Symbol(String);

#[derive(Label, Clone, Copy)]
#[label(fixed)]
struct Server(&'static str);

#[metrics(namespace = "recording")]
mod m {
    /// Shared by all threads.
    pub fn shared_total(side: Side) -> Counter;
    /// Shared by all threads.
    #[metric(buckets = [1.0, 10.0, 100.0])]
    pub fn shared_usd(side: Side) -> Histogram;
    /// From a thousand threads.
    pub fn crowd_total() -> Counter;
    /// From a thousand threads.
    #[metric(buckets = [1.0, 10.0, 100.0])]
    pub fn crowd_usd() -> Histogram;
    /// Threads at work.
    pub fn crowd_inside() -> IntGauge;
    /// With a budget.
    pub fn by_symbol_total(symbol: Symbol, side: Side) -> Counter;
    /// With two places for text.
    pub fn by_server_and_symbol(server: Server, side: Side, symbol: Symbol) -> IntGauge;
    /// For one test.
    #[metric(buckets = [0.5])]
    pub fn timed_seconds() -> Histogram;
    /// For one test.
    pub fn late_total() -> Counter;
    /// A gauge.
    pub fn level_ratio(side: Side) -> Gauge;
    /// For one test.
    pub fn ended_total(server: Server, error: ErrorType) -> Counter;
}

/// The same namespace, and so the same overflow family.
#[metrics(namespace = "recording", subsystem = "other")]
mod other {
    use super::Symbol;

    /// With a budget.
    pub fn by_symbol_total(symbol: Symbol) -> Counter;
}

#[derive(Label, Clone, Copy)]
enum ErrorType {
    #[label(rename = "")]
    None,
    Timeout,
}

const CATALOG: Catalog = Catalog::new(&[m::METRICS, other::METRICS]);

/// The value of a series in the text format.
fn exposed(text: &str, series: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn eight_threads_lose_nothing_while_scrapes_run_and_threads_come_and_go() {
    const THREADS: usize = 8;
    const EACH: u64 = 1_000_000;
    // Each of the eight records in several lives, so that tables change hands.
    const LIVES: u64 = 10;
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let scraper = scope.spawn(|| {
            let mut before = 0.0;
            while !done.load(SeqCst) {
                let text = encode_text();
                let now = exposed(&text, r#"recording_shared_total{side="buy"}"#).expect("the series exists");
                assert!(now >= before, "a counter never goes back: {before} {now}");
                before = now;
                let count = exposed(&text, r#"recording_shared_usd_count{side="sell"}"#).expect("the series exists");
                let infinite =
                    exposed(&text, r#"recording_shared_usd_bucket{side="sell",le="+Inf"}"#).expect("the series exists");
                assert_eq!(count, infinite, "one scrape agrees with itself");
            }
        });
        let writers: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..LIVES {
                        thread::spawn(|| {
                            for i in 0..EACH / LIVES {
                                m::shared_total(Side::Buy).inc();
                                m::shared_usd(Side::Sell).observe((i % 4) as f64 * 5.0);
                            }
                        })
                        .join()
                        .expect("a life ends well");
                    }
                })
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().expect("a writer ends well"));
        done.store(true, SeqCst);
        scraper.join().expect("the scraper ends well");
    });
    let all = THREADS as u64 * EACH;
    assert_eq!(value_of(m::shared_total(Side::Buy)), all);
    let histogram = value_of(m::shared_usd(Side::Sell));
    // 0, 5, 10 and 15, in turn.
    assert_eq!(histogram.buckets, [all / 4, all / 2, all / 4, 0]);
    assert_eq!(histogram.sum, all as f64 * 7.5);
    let text = encode_text();
    assert_eq!(exposed(&text, r#"recording_shared_total{side="buy"}"#), Some(all as f64));
}

/// More threads than have tables of their own, so most of them share.
#[test]
fn a_thousand_threads_that_come_and_go_lose_nothing_while_scrapes_run() {
    const WAVES: u64 = 10;
    const THREADS: u64 = 100;
    const EACH: u64 = 10_000;
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut before = 0.0;
            while !done.load(SeqCst) {
                let text = encode_text();
                let now = exposed(&text, "recording_crowd_total").expect("the series exists");
                let inside = exposed(&text, "recording_crowd_inside").expect("the series exists");
                assert!(now >= before, "a counter never goes back: {before} {now}");
                assert!((0.0..=THREADS as f64).contains(&inside), "{inside} threads inside");
                before = now;
            }
        });
        for _ in 0..WAVES {
            thread::scope(|wave| {
                for _ in 0..THREADS {
                    wave.spawn(|| {
                        for i in 0..EACH {
                            let _inside = m::crowd_inside().inc_guard();
                            m::crowd_total().inc();
                            m::crowd_usd().observe((i % 4) as f64 * 5.0);
                        }
                    });
                }
            });
        }
        done.store(true, SeqCst);
    });
    let all = WAVES * THREADS * EACH;
    assert_eq!(value_of(m::crowd_total()), all);
    assert_eq!(value_of(m::crowd_usd()).buckets, [all / 4, all / 2, all / 4, 0]);
    assert_eq!(value_of(m::crowd_usd()).sum, all as f64 * 7.5);
    assert_eq!(value_of(m::crowd_inside()), 0);
}

#[test]
fn closed_series_exist_from_the_start() {
    let text = encode_text();
    for series in [
        r#"recording_shared_total{side="sell"} 0"#,
        r#"recording_shared_usd_bucket{side="buy",le="10.0"} 0"#,
        r#"recording_level_ratio{side="buy"} 0"#,
    ] {
        assert!(text.contains(&format!("{series}\n")), "{series}");
    }
}

#[test]
fn an_open_label_keeps_its_budget() {
    let overflow = || {
        let series = r#"recording_metrics_label_overflow_total{metric="recording_by_symbol_total",label="symbol"}"#;
        exposed(&encode_text(), series)
    };
    assert_eq!(overflow(), Some(0.0), "it exists before anything is recorded");
    for i in 0..100_000 {
        m::by_symbol_total(Symbol(format!("S{i}")), Side::Buy).inc();
    }
    m::by_symbol_total(Symbol("S1".to_owned()), Side::Sell).inc();
    m::by_symbol_total(Symbol("x".repeat(129)), Side::Sell).inc();
    assert_eq!(value_of(m::by_symbol_total(Symbol("S0".to_owned()), Side::Buy)), 1);
    assert_eq!(value_of(m::by_symbol_total(Symbol("other".to_owned()), Side::Buy)), 99_997);
    assert_eq!(value_of(m::by_symbol_total(Symbol("other".to_owned()), Side::Sell)), 1);
    assert_eq!(overflow(), Some(99_998.0));
    let lines = encode_text().lines().filter(|line| line.starts_with("recording_by_symbol_total")).count();
    assert_eq!(lines, 4 * 2, "three symbols and `other`, two sides each");
}

#[test]
fn the_overflow_of_a_namespace_is_one_family() {
    assert_eq!(
        m::METRICS.last(),
        other::METRICS
            .last()
            .map(|family| MetricDescriptor { place: m::METRICS.last().expect("a family").place, ..*family })
            .as_ref()
    );
    assert_eq!(CATALOG.iter().filter(|family| family.name == "recording_metrics_label_overflow_total").count(), 1);
    let text = encode_text();
    assert_eq!(text.matches("# TYPE recording_metrics_label_overflow_total counter\n").count(), 1);
    for metric in ["recording_by_symbol_total", "recording_by_server_and_symbol", "recording_other_by_symbol_total"] {
        let series = format!(r#"recording_metrics_label_overflow_total{{metric="{metric}",label="symbol"}}"#);
        assert!(exposed(&text, &series).is_some(), "{series}");
    }
}

#[test]
fn an_empty_value_is_no_label() {
    m::ended_total(Server("empty"), ErrorType::None).inc_by(3);
    m::ended_total(Server(""), ErrorType::Timeout).inc_by(4);
    m::ended_total(Server(""), ErrorType::None).inc_by(5);
    for format in [Format::Text, Format::OpenMetrics] {
        let text = exposition::encode(format);
        assert_eq!(exposed(&text, r#"recording_ended_total{server="empty"}"#), Some(3.0), "{text}");
        assert_eq!(exposed(&text, r#"recording_ended_total{error="timeout"}"#), Some(4.0), "{text}");
        assert_eq!(exposed(&text, "recording_ended_total"), Some(5.0), "{text}");
    }
    let families = prometheus::core::Collector::collect(&cryptofunk_metrics::registry());
    let family = families.iter().find(|family| family.name() == "recording_ended_total").expect("the family");
    let labels = |metric: &prometheus::proto::Metric| {
        metric.get_label().iter().map(|pair| format!("{}={}", pair.name(), pair.value())).collect::<Vec<_>>()
    };
    let labels: Vec<_> = family.get_metric().iter().map(labels).collect();
    assert!(labels.contains(&vec!["server=empty".to_owned()]) && labels.contains(&vec![]), "{labels:?}");
    assert!(labels.iter().flatten().all(|pair| !pair.ends_with('=')), "{labels:?}");
}

#[test]
fn labels_keep_their_places() {
    m::by_server_and_symbol(Server("a"), Side::Sell, Symbol("X\"\\\n".to_owned())).set(-7);
    m::by_server_and_symbol(Server("X"), Side::Buy, Symbol("a".to_owned())).set(8);
    let text = encode_text();
    assert!(
        text.contains("recording_by_server_and_symbol{server=\"a\",side=\"sell\",symbol=\"X\\\"\\\\\\n\"} -7\n"),
        "{text}"
    );
    assert!(text.contains("recording_by_server_and_symbol{server=\"X\",side=\"buy\",symbol=\"a\"} 8\n"), "{text}");
    assert!(text.contains("recording_by_server_and_symbol{server=\"X\",side=\"sell\",symbol=\"a\"} 0\n"), "{text}");
}

#[test]
fn timers_record_seconds() {
    let recording = Recording::start();
    m::timed_seconds().start_timer().stop();
    m::timed_seconds().start_timer().discard();
    m::timed_seconds().observe_duration(Duration::from_millis(1500));
    m::timed_seconds().observe(f64::NAN);
    let value = recording.increase_of(m::timed_seconds());
    assert_eq!(value.count(), 2, "the stopped timer and the duration, not what was discarded and not NaN");
    assert!(value.sum > 1.5, "{value:?}");
}

#[test]
fn the_last_words_of_a_thread_are_counted() {
    struct OnExit;
    impl Drop for OnExit {
        fn drop(&mut self) {
            m::late_total().inc();
        }
    }
    thread_local! {
        static ON_EXIT: OnExit = const { OnExit };
    }
    thread::spawn(|| {
        // Made first, and so destroyed after the thread's cells.
        ON_EXIT.with(|_| {});
        m::late_total().inc();
    })
    .join()
    .expect("the thread ends well");
    assert_eq!(value_of(m::late_total()), 2);
}

#[test]
fn gauges_take_any_number() {
    for (value, text) in
        [(1.5, "1.5"), (-0.25, "-0.25"), (3.0, "3"), (1e300, "1e+300"), (f64::INFINITY, "+Inf"), (f64::NAN, "NaN")]
    {
        m::level_ratio(Side::Sell).set(value);
        let series = format!("recording_level_ratio{{side=\"sell\"}} {text}\n");
        assert!(encode_text().contains(&series), "{series}");
    }
    m::level_ratio(Side::Sell).set(1.0);
    m::level_ratio(Side::Sell).add(-0.5);
    assert_eq!(value_of(m::level_ratio(Side::Sell)), 0.5);
}

#[test]
fn a_prometheus_registry_takes_ours_with_one_call() {
    m::by_symbol_total(Symbol("S0".to_owned()), Side::Sell).inc_by(0);
    let registry = prometheus::Registry::new();
    registry.register(Box::new(cryptofunk_metrics::registry())).expect("ours is new there");
    let families = registry.gather();
    let histogram = families.iter().find(|family| family.name() == "recording_shared_usd").expect("the histogram");
    assert_eq!(histogram.get_metric().len(), 2);
    assert_eq!(histogram.get_metric()[0].get_histogram().get_bucket().len(), 3);
    let text = prometheus::TextEncoder::new().encode_to_string(&families).expect("valid families");
    assert!(text.contains("recording_level_ratio{side=\"buy\"}"));
}

#[test]
fn the_default_registry_is_exposed_once() {
    let counter =
        prometheus::register_int_counter!("foreign_total", "Of the prometheus crate, \"quoted\".").expect("new");
    counter.inc_by(3);
    let odd = prometheus::register_int_counter!("foreign_odd", "A counter without its ending.").expect("new");
    odd.inc();
    let histogram = prometheus::register_histogram!("foreign_seconds", "A histogram.", vec![0.5, 1.0]).expect("new");
    histogram.observe(0.7);
    // Ours is there too; nothing may be shown twice.
    prometheus::register(Box::new(cryptofunk_metrics::registry())).expect("new");
    let text = encode_text();
    assert!(text.contains(
        "# HELP foreign_total Of the prometheus crate, \"quoted\".\n# TYPE foreign_total counter\nforeign_total 3\n"
    ));
    assert!(text.contains("foreign_seconds_bucket{le=\"1\"} 1\n"), "{text}");
    assert!(text.contains("process_cpu_seconds_total"));
    assert_eq!(text.matches("# TYPE recording_shared_total ").count(), 1);
    let open = exposition::encode(Format::OpenMetrics);
    assert!(open.contains(
        "# HELP foreign Of the prometheus crate, \\\"quoted\\\".\n# TYPE foreign counter\nforeign_total 3\n"
    ));
    assert!(open.contains("# TYPE foreign_odd unknown\nforeign_odd 1\n"));
    assert!(open.contains("# TYPE recording_shared counter\n"));
    assert!(open.ends_with("\n# EOF\n"));
}

/// Handles are small and free to copy: a resolved series is a place, not a reference count.
#[test]
fn handles_are_plain_values() {
    assert!(size_of::<Counter>() <= 8 && size_of::<Histogram>() <= 16);
}

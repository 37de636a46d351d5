//! Series that are removed: not exposed any more, made anew when they are used again, their places in the budget free.

use std::{sync::Arc, thread};

use cryptofunk_metrics::{
    Label, encode_text,
    exposition::{self, Format},
    metrics,
    testing::value_of,
};

#[derive(Label)]
#[label(open, limit = 3)]
struct Session<'a>(&'a str);

#[derive(Label)]
#[label(open, limit = 1_000)]
struct Tenant(u64);

#[derive(Label, Clone, Copy)]
#[label(on_demand)]
enum Side {
    Buy,
    Sell,
}

#[metrics(namespace = "removal")]
mod m {
    /// For one test.
    #[metric(removable)]
    pub fn session_bytes(session: Session<'_>) -> IntGauge;
    /// For one test.
    #[metric(removable)]
    pub fn orders_total(session: Session<'_>, side: Side) -> Counter;
    /// For one test.
    #[metric(removable, buckets = [1.0])]
    pub fn waiting_seconds(session: Session<'_>) -> Histogram;
    /// For one test.
    #[metric(removable)]
    pub fn queue_length(session: Session<'_>) -> ComputedGauge;
    /// For one test.
    #[metric(removable)]
    pub fn age_seconds(session: Session<'_>) -> OptionalGauge;
    /// For one test.
    #[metric(removable)]
    pub fn tenant_orders(tenant: Tenant) -> IntGauge;
    /// For one test.
    #[metric(removable)]
    pub fn budget_bytes(session: Session<'_>) -> IntGauge;
}

/// The samples of a family, in both formats alike.
fn samples(family: &str) -> Vec<String> {
    let of = |format| -> Vec<String> {
        let text = exposition::encode(format);
        assert!(!text.contains("\n\n") && !text.starts_with('\n'), "no line is empty");
        text.lines().filter(|line| line.starts_with(family)).map(str::to_owned).collect()
    };
    let text = of(Format::Text);
    assert_eq!(text, of(Format::OpenMetrics));
    text
}

#[test]
fn a_removed_series_is_gone_until_it_is_used_again() {
    for (session, bytes) in [("a", 1), ("b", 2), ("c", 3)] {
        m::session_bytes(Session(session)).set(bytes);
    }
    // The first, the last, one between: the lines around them stay whole.
    for (session, left) in [("a", vec!["b", "c"]), ("c", vec!["b"]), ("b", vec![])] {
        assert!(m::remove_session_bytes(Session(session)));
        assert!(!m::remove_session_bytes(Session(session)), "it is gone already");
        let expected: Vec<String> = left
            .iter()
            .map(|session| {
                format!("removal_session_bytes{{session=\"{session}\"}} {}", session.as_bytes()[0] - b'a' + 1)
            })
            .collect();
        assert_eq!(samples("removal_session_bytes"), expected);
    }
    m::session_bytes(Session("b")).add(5);
    assert_eq!(samples("removal_session_bytes"), ["removal_session_bytes{session=\"b\"} 5"]);
}

#[test]
fn a_handle_that_is_held_records_into_nothing() {
    let held = m::age_seconds(Session("a"));
    held.set(1.0);
    assert!(m::remove_age_seconds(Session("a")));
    held.set(2.0);
    assert_eq!(samples("removal_age_seconds"), [""; 0]);
    let anew = m::age_seconds(Session("a"));
    held.set(3.0);
    assert_eq!(value_of(anew), None);
    anew.set(4.0);
    assert_eq!(samples("removal_age_seconds"), ["removal_age_seconds{session=\"a\"} 4"]);
}

#[test]
fn counters_and_histograms_begin_at_0_again() {
    let (a, b) = (|| m::orders_total(Session("a"), Side::Buy), || m::orders_total(Session("a"), Side::Sell));
    thread::spawn(move || (a().inc_by(3), b().inc())).join().expect("no panic");
    a().inc();
    assert!(m::remove_orders_total(Session("a"), Side::Buy));
    assert_eq!(
        samples("removal_orders_total"),
        ["removal_orders_total{session=\"a\",side=\"sell\"} 1"],
        "that one alone"
    );
    assert_eq!(value_of(a()), 0);
    a().inc();
    assert_eq!(value_of(a()), 1);

    for session in ["a", "b"] {
        m::waiting_seconds(Session(session)).observe(0.5);
    }
    assert!(m::remove_waiting_seconds(Session("a")));
    let left = [
        "removal_waiting_seconds_bucket{session=\"b\",le=\"1.0\"} 1",
        "removal_waiting_seconds_bucket{session=\"b\",le=\"+Inf\"} 1",
        "removal_waiting_seconds_sum{session=\"b\"} 0.5",
        "removal_waiting_seconds_count{session=\"b\"} 1",
    ];
    assert_eq!(samples("removal_waiting_seconds"), left);
}

#[test]
fn what_computes_a_removed_gauge_is_dropped() {
    let queue = Arc::new([1, 2]);
    let source = Arc::clone(&queue);
    m::queue_length(Session("a")).compute(move || source.len());
    assert_eq!(samples("removal_queue_length"), ["removal_queue_length{session=\"a\"} 2"]);
    assert!(m::remove_queue_length(Session("a")));
    assert_eq!(Arc::strong_count(&queue), 1);
    assert_eq!(value_of(m::queue_length(Session("a"))), None);
}

#[test]
fn a_removed_value_leaves_its_place_in_the_budget() {
    let set = |session| m::budget_bytes(Session(session)).set(1);
    ["a", "b", "c", "d"].into_iter().for_each(set);
    assert_eq!(samples("removal_budget_bytes{session=\"other\"}").len(), 1, "three places");
    assert!(!m::remove_budget_bytes(Session("d")), "it was recorded as `other`, which others share");
    assert!(m::remove_budget_bytes(Session("b")) && m::remove_budget_bytes(Session("other")));
    ["e", "f"].into_iter().for_each(set);
    assert_eq!(samples("removal_budget_bytes").len(), 4);
    assert_eq!(samples("removal_budget_bytes{session=\"e\"}").len(), 1);
    assert_eq!(samples("removal_budget_bytes{session=\"other\"}").len(), 1);
}

#[test]
fn threads_may_remove_what_others_use_and_scrape() {
    const ROUNDS: u64 = 300;
    thread::scope(|scope| {
        for thread in 0..3 {
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let tenant = || Tenant((round + thread) % 7);
                    m::tenant_orders(tenant()).inc();
                    m::remove_tenant_orders(tenant());
                }
            });
        }
        scope.spawn(|| (0..ROUNDS).for_each(|_| drop(encode_text())));
    });
    (0..7).for_each(|tenant| _ = m::remove_tenant_orders(Tenant(tenant)));
    assert_eq!(samples("removal_tenant_orders"), [""; 0]);
}

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
    native::NativeHistogram,
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
    strategy::ValueTree,
    test_runner::TestRunner,
};

use super::assumption;
use crate::{
    assumption::Assumption,
    checked::{Purpose, query_findings},
    parse::{Arena, parse_printed},
    schema::Schema,
};

/// In which of some schemas the compiler need not check a query itself. That there is nothing to find then is checked here.
fn held<'s>(schemas: &'s [Schema], query: &str, purpose: Purpose, printed: &[&str]) -> Option<Vec<&'s Schema>> {
    let arena = Arena::new();
    let names: Vec<String> = printed.iter().map(|label| label.to_string()).collect();
    let tree = parse_printed(&arena, query, &names).ok()?;
    let bytes = assumption(&tree, purpose, printed);
    let held: Vec<_> = schemas.iter().filter(|schema| Assumption(&bytes).holds(schema)).collect();
    for schema in &held {
        let findings = query_findings(schema, &tree, purpose, printed, &[]);
        assert!(findings.is_empty(), "`{query}` was taken to be right in {schema:#?}, but {findings:#?}");
    }
    Some(held)
}

fn family(name: &'static str, kind: MetricKind, labels: &[(&'static str, LabelValues)]) -> MetricDescriptor {
    let labels: Vec<_> = labels.iter().map(|&(name, values)| LabelDescriptor { name, values }).collect();
    MetricDescriptor { labels: labels.leak(), buckets: &[0.1, 1.0], ..MetricDescriptor::new(name, kind) }
}

fn any_family(name: &'static str) -> impl Strategy<Value = MetricDescriptor> {
    let values = select(vec![
        LabelValues::Closed(&["1", "2"]),
        LabelValues::OnDemand(&["", "1"]),
        LabelValues::Fixed,
        LabelValues::Open { limit: 9 },
    ]);
    let label = select(vec!["x", "y", "z", "le", "job"]).prop_flat_map(move |name| (Just(name), values.clone()));
    let kind = match name {
        "a_total" | "b_total" => MetricKind::Counter,
        "h_seconds" => MetricKind::Histogram,
        _ => MetricKind::Gauge,
    };
    let kind =
        prop_oneof![4 => Just(kind), 1 => select(vec![MetricKind::Counter, MetricKind::Gauge, MetricKind::Histogram])];
    let buckets = (prop::bool::weighted(0.8), prop::bool::weighted(0.2));
    (kind, prop::collection::vec(label, 0..8), buckets).prop_map(move |(kind, mut labels, (buckets, native))| {
        labels.sort_by_key(|(name, _)| *name);
        labels.dedup_by_key(|(name, _)| *name);
        let family = family(name, kind, &labels);
        let native = native.then_some(NativeHistogram::DEFAULT);
        MetricDescriptor { buckets: if buckets { family.buckets } else { &[] }, native, ..family }
    })
}

fn any_schema() -> impl Strategy<Value = Schema> {
    let families: Vec<_> = ["a_total", "b_total", "g", "h_seconds"].map(any_family).into();
    // It has the name of a series of the histogram, which no checked catalogue allows.
    let other = prop::option::weighted(0.2, any_family("h_seconds_count"));
    let families =
        (families, other).prop_map(|(families, other)| families.into_iter().chain(other).collect::<Vec<_>>());
    let targets = subsequence(vec!["x", "region"], 0..=1);
    (families, targets, select(vec![15, 60]), any::<bool>()).prop_map(|(families, targets, seconds, told)| {
        let fixed = families.iter().flat_map(|family| family.labels).find(|label| label.values == LabelValues::Fixed);
        let schema = Schema::new(Catalog::unchecked(vec![&*families.leak()].leak()))
            .with_target_labels(targets.leak())
            .with_scrape_interval(std::time::Duration::from_secs(seconds));
        match fixed {
            Some(label) if told => schema.with_values(label.name, &["1", "3"]),
            _ => schema,
        }
    })
}

fn any_query() -> impl Strategy<Value = String> {
    let metric = select(vec![
        "a_total",
        "b_total",
        "g",
        "h_seconds_bucket",
        "h_seconds_sum",
        "h_seconds_count",
        "h_seconds",
        "up",
    ]);
    let matcher = select(vec![
        "",
        "",
        r#"{x="1"}"#,
        r#"{y="2"}"#,
        r#"{x="1",z="2"}"#,
        r#"{x="3"}"#,
        r#"{y!="1"}"#,
        r#"{y=~"1|4",x!~"2"}"#,
        r#"{x="1",x!="1"}"#,
        r#"{z=""}"#,
        r#"{job="j"}"#,
    ]);
    let selector = (metric, matcher).prop_map(|(metric, matcher)| format!("{metric}{matcher}"));
    let range = (
        select(vec!["rate", "rate", "increase", "delta", "max_over_time", "absent_over_time"]),
        selector.clone(),
        select(vec!["1m", "5m"]),
    );
    let range = range.prop_map(|(function, selector, range)| format!("{function}({selector}[{range}])"));
    let labels = || select(vec!["", "x", "y", "x, y", "z", "le", "le, x", "job"]);
    prop_oneof![selector, range, Just("1".to_owned())].prop_recursive(4, 12, 2, move |inner| {
        let operator = select(vec!["/", "+", "*", ">", "==", "and", "or", "unless"]);
        let matching =
            (select(vec!["", "", "on", "ignoring"]), labels(), select(vec!["", "", "group_left", "group_left(z)"]));
        let matching = matching.prop_map(|(matching, labels, many)| match matching {
            "" => String::new(),
            _ => format!("{matching} ({labels}) {many}"),
        });
        let aggregation = (select(vec!["sum", "max", "count", "topk"]), select(vec!["", "by", "without"]), labels());
        prop_oneof![
            (aggregation, inner.clone()).prop_map(|((operator, grouping, labels), inner)| {
                let grouping = if grouping.is_empty() { String::new() } else { format!("{grouping} ({labels})") };
                let parameter = if operator == "topk" { "3, " } else { "" };
                format!("{operator} {grouping} ({parameter}{inner})")
            }),
            (inner.clone(), operator, matching, inner.clone())
                .prop_map(|(left, operator, matching, right)| format!("({left}) {operator} {matching} ({right})")),
            inner.clone().prop_map(|inner| format!("histogram_quantile(0.9, {inner})")),
            inner.clone().prop_map(|inner| format!(r#"label_replace({inner}, "y", "$1", "x", "(.*)")"#)),
            inner.prop_map(|inner| format!("abs({inner})")),
        ]
    })
}

#[test]
fn a_query_whose_assumption_holds_has_no_mistake() {
    let mut runner = TestRunner::deterministic();
    let schemas = prop::collection::vec(any_schema(), 100).new_tree(&mut runner).expect("schemas").current();
    let cases = (any_query(), select(vec![Purpose::Series, Purpose::Alert]), subsequence(vec!["x", "y", "job"], 0..=2));
    let (mut read, mut right) = (0, 0);
    for _ in 0..20_000 {
        let (query, purpose, printed) = cases.new_tree(&mut runner).expect("a case").current();
        if let Some(schemas) = held(&schemas, &query, purpose, &printed) {
            (read, right) = (read + 1, right + schemas.len());
        }
    }
    assert!(read > 10_000 && right > 10_000, "{right} schemas of {read} queries");
}

#[test]
fn ordinary_queries_need_no_second_look() {
    let open = LabelValues::Open { limit: 9 };
    let families = [
        family("a_total", MetricKind::Counter, &[("x", LabelValues::Closed(&["1", "2"])), ("y", open)]),
        family("b_total", MetricKind::Counter, &[("x", open), ("z", open)]),
        family("g", MetricKind::Gauge, &[("x", open), ("y", open)]),
        family("h_seconds", MetricKind::Histogram, &[("x", open)]),
    ];
    let schema = Schema::new(Catalog::unchecked(vec![&*families.to_vec().leak()].leak()));
    for (query, expected) in [
        ("vector(1)", true),
        (r#"sum by (x) (rate(a_total{x="1"}[5m])) / sum by (x) (rate(a_total[5m]))"#, true),
        ("sum by (x) (rate(a_total[5m])) / sum by (x) (rate(b_total[5m]))", true),
        ("histogram_quantile(0.9, sum by (le, x) (rate(h_seconds_bucket[5m])))", true),
        ("rate(h_seconds_sum[5m]) / rate(h_seconds_count[5m])", true),
        ("max by (y) (g) > 5", true),
        (r#"rate(a_total{job=~"j|k"}[5m])"#, true),
        (r#"rate(a_total{y=~"1|2", y!="2"}[5m])"#, true),
        // The metrics must be alike, and are not.
        ("rate(a_total[5m]) / rate(b_total[5m])", false),
        // These are right or wrong for reasons that an assumption does not have.
        (r#"rate(a_total{x=~"1|2"}[5m])"#, false),
        (r#"rate(a_total{y="1", y="2"}[5m])"#, false),
        ("up == 0", false),
        (r#"rate(a_total{x="3"}[5m])"#, false),
        ("rate(a_total[20s])", false),
        ("rate(g[5m])", false),
        ("sum by (z) (rate(a_total[5m]))", false),
        ("nothing", false),
    ] {
        let held = held(std::slice::from_ref(&schema), query, Purpose::Series, &[]).expect("it is PromQL");
        assert_eq!(!held.is_empty(), expected, "{query}");
    }
}

#[test]
fn nothing_is_assumed_of_a_catalogue_with_too_many_labels() {
    let open = LabelValues::Open { limit: 9 };
    let named = (0..64).map(|i| (&*format!("label_{i}").leak(), open));
    let holds = |labels: Vec<(&'static str, LabelValues)>| {
        let families = vec![family("g", MetricKind::Gauge, &labels)];
        let schema = Schema::new(Catalog::unchecked(vec![&*families.leak()].leak()));
        !held(&[schema], "g", Purpose::Series, &[]).expect("it is PromQL").is_empty()
    };
    assert!(holds(named.clone().collect()));
    // Nobody would see that this one is there.
    assert!(!holds(named.chain([("le", open)]).collect()));
}

//! What is wrong and what is right, side by side.

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
    native::NativeHistogram,
};

use crate::{
    checked::{Purpose, query_findings},
    parse::{Arena, parse, parse_printed},
    query::Query,
    rules::{Record, Rules},
    schema::Schema,
};

const SHOP: Catalog = {
    const STATE: LabelDescriptor =
        LabelDescriptor { name: "state", values: LabelValues::Closed(&["ok", "failed", "lost"]) };
    const SHOP: LabelDescriptor = LabelDescriptor { name: "shop", values: LabelValues::Open { limit: 9 } };
    const VERSION: LabelDescriptor = LabelDescriptor { name: "version", values: LabelValues::Open { limit: 9 } };
    const ZONE: LabelDescriptor = LabelDescriptor { name: "zone", values: LabelValues::Open { limit: 9 } };
    const FAMILIES: &[MetricDescriptor] = &[
        MetricDescriptor { labels: &[SHOP, STATE], ..MetricDescriptor::new("jobs_total", MetricKind::Counter) },
        MetricDescriptor { labels: &[SHOP, STATE], ..MetricDescriptor::new("retries_total", MetricKind::Counter) },
        MetricDescriptor::new("errors_total", MetricKind::Counter),
        MetricDescriptor { labels: &[SHOP], ..MetricDescriptor::new("depth", MetricKind::Gauge) },
        MetricDescriptor::new("most", MetricKind::Gauge),
        MetricDescriptor { labels: &[VERSION], ..MetricDescriptor::new("build_info", MetricKind::Gauge) },
        MetricDescriptor { labels: &[SHOP, ZONE], ..MetricDescriptor::new("shop_info", MetricKind::Gauge) },
        MetricDescriptor {
            labels: &[SHOP],
            buckets: &[0.1, 0.5, 2.5],
            ..MetricDescriptor::new("wait_seconds", MetricKind::Histogram)
        },
        MetricDescriptor { labels: &[SHOP], ..MetricDescriptor::new("load_seconds", MetricKind::Histogram) },
        MetricDescriptor {
            labels: &[SHOP],
            native: Some(NativeHistogram::DEFAULT),
            ..MetricDescriptor::new("pack_seconds", MetricKind::Histogram)
        },
        MetricDescriptor {
            labels: &[SHOP],
            buckets: &[0.1, 0.5],
            native: Some(NativeHistogram::DEFAULT),
            ..MetricDescriptor::new("send_seconds", MetricKind::Histogram)
        },
    ];
    Catalog::new(&[FAMILIES])
};

/// The names of what is found, each once.
fn found(schema: Schema, query: &str, printed: &[&str]) -> String {
    let arena = Arena::new();
    let owned: Vec<String> = printed.iter().map(|label| (*label).to_owned()).collect();
    let tree = parse_printed(&arena, query, &owned).unwrap_or_else(|error| panic!("{query}: {error}"));
    let mut names: Vec<&str> = Vec::new();
    for finding in query_findings(&schema, &tree, Purpose::Series, printed, &[]) {
        if !names.contains(&finding.rule.name()) {
            names.push(finding.rule.name());
        }
    }
    names.join(" ")
}

fn same(schema: Schema, cases: &[(&str, &str)]) {
    for (expected, query) in cases {
        assert_eq!(found(schema, query, &[]), *expected, "{query}");
    }
}

#[test]
fn rules_on_rules_of_which_each_name_has_dozens_take_no_time() {
    let text = |i: usize| -> &'static str { Box::leak(format!("sum(level{i} / level{i})").into_boxed_str()) };
    let name = |i: usize| -> &'static str { Box::leak(format!("level{i}").into_boxed_str()) };
    let rules: Vec<Recorded> = (0..6).flat_map(|i| (0..60).map(move |_| (name(i), text(i + 1), &[][..]))).collect();
    assert_eq!(found(with_records(&rules), "sum by (shop) (level0) * on (shop) group_left () level0", &[]), "");
}

/// A rule that records: name, query, and labels.
type Recorded = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

fn with_records(rules: &[Recorded]) -> Schema {
    let arena: &'static Arena = Box::leak(Box::new(Arena::new()));
    let record = |(name, text, labels): &(&'static str, &'static str, &'static [(&'static str, &'static str)])| {
        Record { name, group: "g", query: Query::unchecked(text, parse(arena, text).expect("it is PromQL")), labels }
    };
    let records: Vec<Record> = rules.iter().map(record).collect();
    Schema::new(SHOP).with_rules(&Rules::new(&[], records.leak()))
}

#[test]
fn what_a_missing_label_matches() {
    same(
        Schema::new(SHOP),
        &[
            ("unknown-label", r#"depth{zone="a"}"#),
            ("unknown-label", r#"depth{zone=~"a|b"}"#),
            ("unknown-label", r#"depth{zone=~".+"}"#),
            ("unknown-label", r#"depth{zone!=""}"#),
            ("unknown-label", r#"depth{zone!~""}"#),
            ("", r#"depth{zone=""}"#),
            ("", r#"depth{zone!="a"}"#),
            ("", r#"depth{zone=~".*"}"#),
            ("", r#"depth{zone=~"a|"}"#),
            ("", r#"depth{zone!~"a|b"}"#),
            ("", r#"depth{zone="$zone"}"#),
            ("", r#"{__name__=~"dep.*", zone="a"}"#),
        ],
    );
}

#[test]
fn which_values_a_label_can_have() {
    same(
        Schema::new(SHOP),
        &[
            ("unknown-value", r#"jobs_total{state="fail"}"#),
            ("unknown-value", r#"jobs_total{state=~"ok|fail"}"#),
            ("unknown-value", r#"jobs_total{state=~"(ok|fail)"}"#),
            ("unknown-value", r#"jobs_total{state=~"x.*"}"#),
            ("unknown-value", r#"jobs_total{state=~"(?i)OKAY"}"#),
            ("unknown-value", r#"jobs_total{state=~"[a-e]+"}"#),
            ("unknown-value", r#"jobs_total{state!~"x.*"}"#),
            ("unknown-value", r#"jobs_total{state="ok", state="failed"}"#),
            ("unknown-value", r#"jobs_total{state="ok", state!="ok"}"#),
            ("unknown-value", r#"jobs_total{state=~"ok|lost", state=~"failed"}"#),
            ("unknown-value", r#"jobs_total{state=~"o.*", state!~"ok"}"#),
            ("unknown-value", r#"depth{shop="a", shop=~"b.*"}"#),
            ("unknown-value", r#"up{job="a", job="b"}"#),
            ("unknown-value", r#"wait_seconds_bucket{le="1"}"#),
            ("unknown-value", r#"wait_seconds_bucket{le=~"7|0.5"}"#),
            ("", r#"wait_seconds_bucket{le=~"0.5|2.50|\\+Inf"}"#),
            ("", r#"jobs_total{state=~"ok|"}"#),
            ("", r#"jobs_total{state=~"f.*|l.+"}"#),
            ("", r#"jobs_total{state=~"(?i)OK"}"#),
            ("", r#"jobs_total{state=~"\\bok\\b"}"#),
            ("", r#"jobs_total{state!~"ok|x"}"#),
            ("", r#"jobs_total{state!="ok", state!="lost"}"#),
            ("", r#"jobs_total{state=~"o.*|f.*", state!="ok"}"#),
            ("", r#"depth{shop=~"a.*", shop!="ab"}"#),
            ("", r#"jobs_total{state="$state", state="ok"}"#),
            ("", r#"wait_seconds_bucket{le="0.50"}"#),
            ("", r#"wait_seconds_bucket{le="+Inf"}"#),
            ("", r#"load_seconds_bucket{le="7"}"#),
        ],
    );
}

#[test]
fn when_two_sides_can_meet() {
    same(
        Schema::new(SHOP),
        &[
            ("sides-never-match", r#"rate(jobs_total{state="failed"}[5m]) / rate(jobs_total{state="ok"}[5m])"#),
            (
                "sides-never-match",
                r#"rate(jobs_total{state="failed"}[5m]) > 0 and rate(jobs_total{state="ok"}[5m]) > 0"#,
            ),
            (
                "sides-never-match",
                r#"rate(jobs_total{state="failed"}[5m]) > 0 unless rate(jobs_total{state="ok"}[5m]) > 0"#,
            ),
            ("sides-never-match", r#"100 * rate(jobs_total{state="failed"}[5m]) > rate(jobs_total{state="ok"}[5m])"#),
            (
                "sides-never-match",
                r#"sum by (state) (rate(jobs_total{state="failed"}[5m])) / sum by (state) (rate(jobs_total{state="ok"}[5m]))"#,
            ),
            (
                "sides-never-match",
                r#"sum without (shop) (rate(jobs_total{state="failed"}[5m])) / sum without (shop) (rate(jobs_total{state="ok"}[5m]))"#,
            ),
            (
                "sides-never-match",
                r#"rate(jobs_total{state="failed"}[5m]) / on (state, shop, job, instance) rate(jobs_total{state="ok"}[5m])"#,
            ),
            (
                "sides-never-match",
                r#"rate(jobs_total{state="failed"}[5m]) / ignoring (shop) rate(jobs_total{state!="failed"}[5m])"#,
            ),
            (
                "sides-never-match",
                r#"rate(jobs_total{state=~"failed|lost"}[5m]) / rate(retries_total{state=~"ok"}[5m])"#,
            ),
            ("sides-never-match", r#"max_over_time(depth{shop="a"}[1h:]) - depth{shop="b"}"#),
            ("sides-never-match", r#"depth{shop="a"} - depth{shop="b"} offset 1h"#),
            ("sides-never-match", r#"depth{shop="a"} == (depth{shop="b"} or depth{shop="c"}) * 0 + depth{shop="b"}"#),
            ("sides-never-match", "depth > vector(5)"),
            ("sides-never-match", "depth / sum(depth)"),
            ("sides-never-match", "rate(jobs_total[5m]) / depth"),
            ("", r#"rate(jobs_total{state="failed"}[5m]) / ignoring (state) rate(jobs_total{state="ok"}[5m])"#),
            ("", r#"rate(jobs_total{state="failed"}[5m]) / on (shop) rate(jobs_total{state="ok"}[5m])"#),
            (
                "",
                r#"sum by (shop) (rate(jobs_total{state="failed"}[5m])) / sum by (shop) (rate(jobs_total{state="ok"}[5m]))"#,
            ),
            ("", r#"rate(jobs_total{state="failed"}[5m]) or rate(jobs_total{state="ok"}[5m])"#),
            ("", r#"rate(jobs_total{state=~"failed|ok"}[5m]) / rate(retries_total{state!="lost"}[5m])"#),
            ("", r#"label_replace(depth{shop="a"}, "shop", "b", "", "") - depth{shop="b"}"#),
            ("", r#"depth{shop="$one"} - depth{shop="b"}"#),
            ("same-series", r#"depth{shop=~"a.*"} - depth{shop=~"b.*|ab"}"#),
            ("", r#"label_replace(sum by (shop) (depth), "shop", "", "", "") / sum(depth)"#),
            ("", r#"sum by (shop) (depth{shop=""}) / sum(depth)"#),
            ("", "sum by (shop) (depth) / on () group_left () sum(depth)"),
            ("", "depth / depth offset 1d"),
        ],
    );
}

#[test]
fn when_a_series_meets_only_itself() {
    same(
        Schema::new(SHOP),
        &[
            ("same-series", r#"rate(jobs_total{state="failed"}[5m]) / rate(jobs_total[5m])"#),
            ("same-series", r#"rate(jobs_total{state="failed"}[5m]) / rate(jobs_total{state=~".+"}[5m])"#),
            ("same-series", r#"rate(jobs_total{state=~"f.*"}[5m]) / rate(jobs_total{state!=""}[5m])"#),
            ("same-series", r#"100 * rate(jobs_total{state="failed"}[5m]) / rate(jobs_total[5m])"#),
            ("same-series", r#"rate(jobs_total{state="failed"}[5m]) * 100 / rate(jobs_total[5m])"#),
            ("same-series", r#"depth{shop="a"} offset 1h - depth offset 1h"#),
            ("same-series", r#"avg_over_time(depth{shop="a"}[1h:1m]) - avg_over_time(depth[1h:1m])"#),
            ("", r#"depth{shop="a"} - depth offset 1h"#),
            ("", r#"depth{shop="a"} - depth @ end()"#),
            ("", r#"rate(jobs_total{state="failed"}[5m]) / rate(jobs_total[1h])"#),
            ("", r#"depth{shop="a"} / avg_over_time(depth[1h])"#),
            ("", r#"quantile_over_time(0.9, depth{shop="a"}[1h]) - quantile_over_time(0.1, depth[1h])"#),
            ("", r#"rate(jobs_total{state="failed"}[5m]) / ignoring (state) group_left () rate(jobs_total[5m])"#),
            ("", r#"rate(jobs_total{state="a$x"}[5m]) / rate(jobs_total{state="a$y"}[5m])"#),
            ("", "depth * depth"),
            ("", r#"depth{shop="a"} > depth"#),
        ],
    );
}

#[test]
fn what_rates_are_of() {
    same(
        Schema::new(SHOP),
        &[
            ("rate-of-gauge", "rate(depth[5m])"),
            ("rate-of-gauge", "rate(depth[5m:30s])"),
            ("rate-of-gauge", "increase(max by (shop) (depth)[5m:])"),
            ("rate-of-gauge", "increase(max_over_time(depth[5m])[1h:])"),
            ("rate-of-gauge", "rate(rate(jobs_total[5m])[1h:])"),
            ("rate-of-gauge", "rate(sum(rate(jobs_total[5m]))[1h:])"),
            ("rate-of-gauge", "rate((depth > 5)[1h:])"),
            ("rate-of-gauge", "irate((depth * 2)[1h:])"),
            ("rate-of-gauge", "increase(count(jobs_total)[1h:])"),
            ("rate-of-gauge", "rate(up[5m])"),
            ("rate-of-sum", "rate(sum(jobs_total)[5m:1m])"),
            ("rate-of-sum", "increase(sum by (shop) (jobs_total)[5m:1m])"),
            ("rate-of-sum", "rate((errors_total + on () jobs_total)[5m:1m])"),
            ("delta-of-counter", "delta(jobs_total[5m:])"),
            ("delta-of-counter", "deriv(sum(jobs_total)[5m:])"),
            ("bare-counter", "abs(errors_total) > 5"),
            ("bare-counter", "100 * errors_total > 5"),
            ("bare-counter", "5 < sum(jobs_total)"),
            ("bare-counter", "max_over_time(errors_total[5m]) > 5"),
            ("bare-counter", "errors_total + on () errors_total > 5"),
            ("", "sum(rate(jobs_total[5m])) > 5"),
            ("", "rate(max without (instance) (jobs_total)[5m:]) > 1"),
            ("", "rate(last_over_time(jobs_total[5m])[1h:])"),
            ("", "deriv(rate(jobs_total[5m])[1h:])"),
            ("", "max_over_time(sum(rate(jobs_total[5m]))[1h:])"),
            ("", "delta(depth[5m:])"),
            ("", "errors_total - errors_total offset 1h > 5"),
            ("", "time() - depth > 5"),
            ("", "rate(jobs_total[5m:1m])"),
        ],
    );
}

#[test]
fn ranges_and_quantiles() {
    same(
        Schema::new(SHOP),
        &[
            ("short-range", "rate(jobs_total[20s])"),
            ("short-range", "rate(jobs_total[10s * 2])"),
            ("short-range", "changes(depth[15s])"),
            ("short-range", "predict_linear(depth[15s], 60)"),
            ("", "last_over_time(depth[15s])"),
            ("", "max_over_time(depth[25s])"),
            ("", "count_over_time(depth[15s])"),
            ("", "present_over_time(depth[15s])"),
            ("", "avg_over_time(depth[15s])"),
            ("", "rate(jobs_total[20s] smoothed)"),
            ("", "increase(jobs_total[20s] anchored)"),
            ("", "rate(jobs_total[10s * 6])"),
            ("", "rate(jobs_total[step()])"),
            ("quantile-out-of-range", "histogram_quantile(95, rate(wait_seconds_bucket[5m]))"),
            ("quantile-out-of-range", "histogram_quantile(-0.5, rate(wait_seconds_bucket[5m]))"),
            ("quantile-out-of-range", "quantile(99, depth)"),
            ("quantile-out-of-range", "quantile_over_time(99 / 10, depth[5m])"),
            ("", "histogram_quantile(0.95, rate(wait_seconds_bucket[5m]))"),
            ("", "quantile(95 / 100, depth)"),
            ("", "quantile(1, depth)"),
            ("", "topk(5, depth)"),
            ("", "clamp_max(depth, 95)"),
        ],
    );
}

#[test]
fn histograms_of_both_kinds() {
    same(
        Schema::new(SHOP),
        &[
            ("bare-histogram", "rate(wait_seconds[5m])"),
            ("bare-histogram", "load_seconds > 1"),
            ("bare-histogram", "rate(load_seconds[5m]) > 1"),
            ("bare-histogram", "sum by (shop) (rate(load_seconds[5m])) - 1"),
            ("quantile-without-buckets", "histogram_quantile(0.9, depth)"),
            ("quantile-without-buckets", "histogram_quantile(0.9, sum by (shop) (rate(wait_seconds_bucket[5m])))"),
            ("quantile-without-buckets", "histogram_quantile(0.9, sum by (shop) (rate(load_seconds_bucket[5m])))"),
            ("quantile-without-buckets", "histogram_quantile(0.9, rate(wait_seconds_sum[5m]))"),
            ("quantile-without-buckets", "histogram_quantile(0.9, count(load_seconds))"),
            ("not-a-histogram", "depth_bucket"),
            ("", "histogram_quantile(0.9, rate(load_seconds[5m]))"),
            ("", "histogram_quantile(0.9, sum by (le) (rate(load_seconds_bucket[5m])))"),
            ("", "histogram_quantile(0.9, sum(rate(pack_seconds[5m])))"),
            ("", "histogram_count(rate(pack_seconds[5m])) > 0 and rate(pack_seconds_count[5m]) > 0"),
            ("bare-histogram", "rate(pack_seconds[5m]) > 1"),
            ("quantile-without-buckets", "histogram_quantile(0.9, sum by (le) (rate(pack_seconds_bucket[5m])))"),
            ("", "histogram_quantile(0.9, sum(rate(send_seconds[5m])))"),
            ("", "histogram_quantile(0.9, sum by (le) (rate(send_seconds_bucket[5m])))"),
            ("quantile-without-buckets", "histogram_quantile(0.9, sum(rate(send_seconds_bucket[5m])))"),
            ("unknown-value", r#"send_seconds_bucket{le="7"}"#),
            ("", "histogram_quantile(0.9, sum by (shop) (rate(load_seconds[5m])))"),
            ("", "histogram_quantile(0.9, sum by (le) (rate(load_seconds_bucket[5m])))"),
            ("", "histogram_avg(rate(load_seconds[5m])) > 1"),
            ("", "histogram_count(sum(rate(load_seconds[5m]))) > 1"),
            ("", "histogram_fraction(0, 0.2, rate(load_seconds[1h])) < 0.9"),
            ("", "histogram_stddev(load_seconds) > 1"),
            ("", "rate(load_seconds_sum[5m]) / rate(load_seconds_count[5m]) > 1"),
            ("", "sum(rate(load_seconds[5m])) / 2"),
        ],
    );
    let anything = Schema::new(Catalog::new(&[])).with_foreign(&[""]);
    same(
        anything,
        &[
            ("", "histogram_quantile(0.99, sum by (job) (rate(checkout_seconds[5m]))) > 2"),
            ("", "histogram_quantile(0.99, job:checkout:rate5m)"),
            ("quantile-without-buckets", "histogram_quantile(0.99, sum by (job) (rate(checkout_seconds_bucket[5m])))"),
            ("quantile-without-buckets", "histogram_quantile(0.99, count(checkout_seconds))"),
            ("", "apiary:queue > 1"),
            ("unknown-value", r#"apiary_queue{a="1", a="2"}"#),
            ("sides-never-match", r#"rate(a{b="1"}[5m]) / rate(a{b="2"}[5m])"#),
            ("same-series", r#"rate(a{b="1"}[5m]) / rate(a[5m])"#),
            ("rate-of-gauge", "rate(scrape_duration_seconds[5m])"),
        ],
    );
}

#[test]
fn names_that_are_nobodys() {
    same(
        Schema::new(SHOP),
        &[
            ("unknown-metric", "scrape_durations_seconds"),
            ("", "scrape_duration_seconds"),
            ("", "ALERTS_FOR_STATE"),
            ("", "jobs_created"),
            ("", "depth_created"),
            ("unknown-metric", "dep_created"),
            ("unknown-metric", r#"{"a.b"}"#),
            ("unknown-metric", "{\"a.b\", c=\"d\"}"),
            ("", "count by (__name__) (depth)"),
            ("", "sum by (__name__, shop) (depth)"),
            ("", "node:cpu:ratio > 5"),
        ],
    );
    let exporter = with_records(&[]).with_foreign(&["node:"]);
    same(exporter, &[("", "node:cpu:ratio > 5"), ("undefined-record", "job:cpu:ratio > 5")]);
}

#[test]
fn labels_that_are_joined_and_added() {
    same(
        Schema::new(SHOP),
        &[
            ("lost-label", "build_info * on (instance) group_left (version) depth"),
            ("lost-label", "depth * on (instance) group_right (version) build_info"),
            ("lost-label", "depth * on (instance) group_left (zone) build_info"),
            ("lost-label", "depth * on (zone) build_info"),
            ("lost-label", "sum by (zone) (depth)"),
            ("lost-label", "sum without (zone) (depth)"),
            ("lost-label", "sum without (zone) (sum by (shop) (depth))"),
            ("lost-label", "sum(depth) / ignoring (zone) sum(most)"),
            // What is gone already may be left out once more.
            ("", "sum without (shop) (sum by (job) (depth))"),
            ("", "sum by (job) (depth) / ignoring (shop, instance) sum by (job) (depth offset 1h)"),
            ("lost-label", "sum by (shop) (sum without (shop) (depth))"),
            ("", "sum by ($label) (sum by (shop) (depth))"),
            ("", "sum by (shop) (depth) * on ($label) group_left ($more) sum by (shop) (depth)"),
            ("", "depth * on (instance) group_left (version) build_info"),
            ("", "build_info * on (instance) group_right (version) depth"),
            ("", "sum by (zone) (depth * on (shop) group_left (zone) shop_info)"),
            ("", "sum by (k8s_cluster_name) (info(depth))"),
            ("", r#"sum by (zone) (info(rate(jobs_total[5m]), {zone=~".+"}))"#),
            ("", r#"sum by (new) (label_replace(depth, "new", "$1", "shop", "(.*)"))"#),
            ("", r#"sum by (value) (count_values("value", depth))"#),
        ],
    );
    let absent = |query: &str| found(Schema::new(SHOP), query, &["shop"]);
    assert_eq!(absent(r#"absent(depth{shop!="a"})"#), "template-label");
    assert_eq!(absent("absent(depth)"), "template-label");
    assert_eq!(absent(r#"absent(sum(depth{shop="a"}))"#), "template-label");
    assert_eq!(absent(r#"absent(depth{shop="a"})"#), "");
    assert_eq!(absent(r#"absent_over_time(depth{shop="a"}[5m])"#), "");
    assert_eq!(absent("info(sum(depth))"), "");
}

#[test]
fn what_rules_record() {
    let schema = with_records(&[
        ("depth_most", "max by (shop) (depth)", &[]),
        ("depth:sum", "sum by (shop) (depth)", &[("kind", "a")]),
        ("depth:sum", "sum by (zone) (shop_info)", &[("kind", "b")]),
        ("gone:depth", "max by (shop) (depth)", &[("shop", "")]),
        ("sum:jobs", "sum(jobs_total)", &[]),
        ("rate:jobs", "sum by (state) (rate(jobs_total[5m]))", &[]),
        ("failed:jobs", r#"rate(jobs_total{state="failed"}[5m])"#, &[]),
        ("ok:jobs", r#"rate(jobs_total{state="ok"}[5m])"#, &[]),
        ("most:rate:jobs", "max by (state) (rate:jobs)", &[("team", "bees")]),
        ("buckets", "sum by (le, shop) (rate(wait_seconds_bucket[5m]))", &[]),
        ("round:a", "round:b", &[]),
        ("round:b", "round:a", &[]),
    ]);
    same(
        schema,
        &[
            ("", "depth_most > 5"),
            ("", "sum by (shop) (depth_most)"),
            ("lost-label", "sum by (zone) (depth_most)"),
            ("", r#"sum by (shop, zone, kind) (depth:sum)"#),
            ("lost-label", "sum by (version) (depth:sum)"),
            ("lost-label", "sum by (shop) (gone:depth)"),
            ("rate-of-gauge", "rate(depth_most[5m])"),
            ("rate-of-sum", "rate(sum:jobs[5m])"),
            ("rate-of-gauge", "rate(rate:jobs[5m])"),
            ("bare-counter", "sum:jobs > 5"),
            ("sides-never-match", "failed:jobs / ok:jobs"),
            ("sides-never-match", r#"failed:jobs / rate(jobs_total{state="ok"}[5m])"#),
            ("", "failed:jobs / ignoring (state) ok:jobs"),
            ("lost-label", "sum by (shop) (most:rate:jobs)"),
            ("", "sum by (state, team) (most:rate:jobs)"),
            ("unknown-label", r#"most:rate:jobs{shop="a"}"#),
            ("", r#"most:rate:jobs{shop="", team="bees", state="ok"}"#),
            ("", "histogram_quantile(0.9, sum by (le) (buckets))"),
            ("quantile-without-buckets", "histogram_quantile(0.9, sum by (shop) (buckets))"),
            ("", "sum by (anything) (round:a)"),
            ("undefined-record", "depth:max"),
        ],
    );
}

#[test]
fn findings_say_where_they_are_and_all_are_told() {
    let arena = Arena::new();
    let query = r#"sum by (zone) (rate(depth[5m])) / on () nothing{a="b"} > jobs_total{state="x"}"#;
    let tree = parse(&arena, query).expect("it is PromQL");
    let found = query_findings(&Schema::new(SHOP), &tree, Purpose::Series, &[], &[]);
    let places: Vec<_> =
        found.iter().map(|finding| (finding.rule.name(), &query[finding.span.clone().expect("a place")])).collect();
    assert_eq!(places[0], ("rate-of-gauge", "rate(depth[5m])"));
    assert!(
        places.contains(&("unknown-metric", r#"nothing{a="b"}"#))
            && places.contains(&("unknown-value", r#"state="x""#))
    );
    let many = (0..3000).map(|i| format!("nothing_{i}")).collect::<Vec<_>>().join(" + ");
    let found =
        query_findings(&Schema::new(SHOP), &parse(&arena, &many).expect("it is PromQL"), Purpose::Series, &[], &[]);
    assert_eq!(found.len(), 1025);
    assert_eq!(found[1024].message, "1976 more findings of this query are left out");
}

#[test]
fn neither_depth_nor_length_matters() {
    let check = |query: String| {
        let arena = Arena::new();
        let tree = parse(&arena, &query).unwrap_or_else(|error| panic!("{error}"));
        query_findings(&Schema::new(SHOP), &tree, Purpose::Series, &["shop"], &[]).len()
    };
    assert_eq!(check(format!("{}depth{}", "(".repeat(100_000), ")".repeat(100_000))), 0);
    assert_eq!(check(format!("{}depth{}", "abs(".repeat(4_000), ")".repeat(4_000))), 0);
    assert_eq!(check(format!("{}depth", "-".repeat(4_000))), 0);
    assert_eq!(check(format!("{}depth{}", "sum by (shop) (".repeat(4_000), ")".repeat(4_000))), 0);
    assert_eq!(check(vec!["depth"; 4_000].join(" + ")), 0);
    assert_eq!(check(vec!["a:b"; 4_000].join(" + ")), 0);
    assert!(parse(&Arena::new(), &"abs(".repeat(100_000)).is_err());
    assert!(parse(&Arena::new(), &format!("{}depth{}", "abs(".repeat(20_000), ")".repeat(20_000))).is_err());
}

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, LabelValues, MetricKind},
};

use super::*;
use crate::{
    parse::{Arena, parse},
    schema::Schema,
};

const SHOP: Catalog = {
    const SIDE: LabelDescriptor = LabelDescriptor { name: "side", values: LabelValues::Closed(&["buy", "sell"]) };
    const SHOP: LabelDescriptor = LabelDescriptor { name: "shop", values: LabelValues::Fixed };
    const FAMILIES: &[MetricDescriptor] = &[
        MetricDescriptor { labels: &[SHOP, SIDE], ..MetricDescriptor::new("orders_total", MetricKind::Counter) },
        MetricDescriptor { labels: &[SHOP], ..MetricDescriptor::new("stock", MetricKind::Gauge) },
        MetricDescriptor { labels: &[SHOP], ..MetricDescriptor::new("wait_seconds", MetricKind::Histogram) },
    ];
    Catalog::new(&[FAMILIES])
};

/// The labels that the series of a query have, and after `?` those that they may have.
fn labels(query: &str) -> String {
    let arena = Arena::new();
    let tree = parse(&arena, query).expect("it is PromQL");
    let schema = Schema::new(SHOP);
    let context = Context::new(&schema, tree.names);
    let inferred = infer(&context, tree.root);
    let of = |presence| {
        let all = ["job", "instance", "le", "shop", "side", "new"].into_iter();
        all.filter(|label| super::presence(&context, &inferred, label) == presence).collect::<Vec<_>>().join(" ")
    };
    format!("{}?{}", of(LabelPresence::Yes), of(LabelPresence::Unknown))
}

#[test]
fn labels_are_followed_whether_the_query_names_them_or_not() {
    for (query, expected) in [
        ("orders_total", "job instance shop side?"),
        ("rate(wait_seconds_bucket[5m])", "job instance le shop?"),
        ("sum(orders_total)", "?"),
        ("sum by (side) (orders_total)", "side?"),
        ("sum without (side, job) (orders_total)", "instance shop?"),
        ("sum by (shop) (sum by (side) (orders_total))", "?"),
        ("sum by ($label, side) (orders_total)", "side?job instance le shop new"),
        ("topk(3, orders_total)", "job instance shop side?"),
        (r#"count_values by (shop) ("new", stock)"#, "shop new?"),
        (r#"label_replace(sum(stock), "new", "$1", "job", ".*")"#, "?new"),
        (r#"label_replace(stock, "new", "$1", "job", "(.*)")"#, "job instance shop new?"),
        (r#"label_replace(stock, "shop", "", "", "")"#, "job instance?"),
        (r#"label_join(stock, "new", "-", "shop", "side")"#, "job instance shop new?"),
        (r#"label_join(stock, "shop", "", "side")"#, "job instance?"),
        (r#"stock{shop=""}"#, "job instance?shop"),
        ("info(stock)", "job instance?le shop side new"),
        ("absent(stock)", "?"),
        (r#"sum(absent(stock{shop="a", job!="b"}))"#, "?"),
        (r#"absent(stock{shop="a", job!="b", side=""})"#, "shop?"),
        (r#"absent(stock{shop="a", shop!="b"})"#, "?"),
        (r#"absent_over_time(stock{shop="$shop"}[5m])"#, "?shop"),
        ("absent(sum(stock))", "?"),
        ("histogram_quantile(0.9, wait_seconds_bucket)", "job instance shop?"),
        ("stock * 2", "job instance shop?"),
        ("2 - scalar(stock)", "?"),
        ("orders_total * on (shop) stock", "shop?"),
        ("orders_total * ignoring (side) stock", "job instance shop?"),
        ("stock * on (shop) group_left (side) orders_total", "job instance shop side?"),
        ("stock * on (shop) group_right (job) orders_total", "job instance shop side?"),
        ("orders_total and on (shop) stock", "job instance shop side?"),
        ("orders_total or on (shop) sum by (shop) (stock)", "shop?job instance side"),
        ("stock or stock offset 5m", "job instance shop?"),
        ("orders_total or stock", "job instance shop?side"),
        ("process_open_fds", "?job instance le shop side new"),
        ("up", "job instance?"),
    ] {
        assert_eq!(labels(query), expected, "{query}");
    }
}

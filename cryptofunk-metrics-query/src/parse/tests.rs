//! What Prometheus reads and refuses, and what nobody would write. promtool 2.42 has judged the queries of Prometheus 2 and those that
//! are refused; those of Prometheus 3 are of its grammar with its experimental features.
//!
//! A long run of the random texts: `PROPTEST_CASES=1000000 cargo test -p cryptofunk-metrics-query --features parse any_text`.

use proptest::prelude::*;

use crate::{
    checked::{Purpose, query_findings},
    parse::{Arena, parse, regex},
    schema::Schema,
};
use cryptofunk_metrics_catalog::Catalog;

const PROMETHEUS_2: &str = include_str!("expressions/prometheus-2.txt");
const PROMETHEUS_3: &str = include_str!("expressions/prometheus-3.txt");
const REFUSED: &str = include_str!("expressions/refused.txt");

/// The queries of a file, one a line; `␤` is a new line, `␉` a tab and `␍` a carriage return.
fn queries(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(|line| line.replace('␤', "\n").replace('␉', "\t").replace('␍', "\r"))
}

#[test]
fn what_prometheus_reads_is_read() {
    let accepted = queries(PROMETHEUS_2).chain(queries(PROMETHEUS_3));
    let count = accepted.inspect(|text| assert_eq!(parse(&Arena::new(), text).err(), None, "{text}")).count();
    assert!(count > 290, "{count}");
}

#[test]
fn what_prometheus_refuses_is_refused_where_it_is_wrong() {
    let refused = queries(REFUSED).chain([String::new(), "  ".to_owned()]);
    let count = refused
        .inspect(|text| {
            let Err(error) = parse(&Arena::new(), text) else { panic!("{text} is read") };
            let span = error.span.unwrap_or_else(|| panic!("{text}: no place"));
            assert!(text.get(span.clone()).is_some(), "{text}: {span:?}");
        })
        .count();
    assert!(count > 200, "{count}");
}

/// Pieces of queries, in an order that no grammar has.
fn pieces() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "a",
        "a:b",
        "sum",
        "rate",
        "by",
        "on",
        "offset",
        "and",
        "or",
        "unless",
        "bool",
        "group_left",
        "(",
        ")",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "5m",
        "1",
        "0.9",
        ",",
        ":",
        "+",
        "-",
        "*",
        "/",
        "^",
        "==",
        ">",
        "=",
        "=~",
        "!=",
        "\"b\"",
        "\"(c|d)*\"",
        "'",
        "`",
        "@",
        "#",
        "\n",
        "$x",
        "${y:csv}",
        "[[z]]",
        "$__interval",
        "histogram_quantile",
        "label_replace",
        "absent",
        "info",
        "smoothed",
        "step()",
        "é",
        "\\",
        "topk",
        "le",
        "_bucket",
        "1_000",
        "0x",
        "nan",
    ]);
    prop::collection::vec((words, prop::sample::select(vec!["", " "])), 0..40)
        .prop_map(|words| words.into_iter().map(|(word, space)| format!("{word}{space}")).collect())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![pieces(), ".{0,60}"]) {
        let arena = Arena::new();
        if let Ok(tree) = parse(&arena, &text) {
            query_findings(&Schema::new(Catalog::new(&[])), &tree, Purpose::Alert, &["a"], &[]);
            query_findings(&Schema::new(Catalog::new(&[])).with_foreign(&[""]), &tree, Purpose::Alert, &["a"], &[]);
        }
    }

    #[test]
    fn any_text_is_an_expression_or_refused(text in "[ab|().*+?{}\\[\\],^$0-9\\\\pQEdi:<>-]{0,40}") {
        let arena = Arena::new();
        if let Ok(pattern) = regex::pattern(&arena, &text) {
            crate::pattern::matches(pattern, "aabb");
        }
    }
}

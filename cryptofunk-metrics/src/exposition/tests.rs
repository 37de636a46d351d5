use std::collections::BTreeMap;

use proptest::prelude::*;

use cryptofunk_metrics_macros::{Label, metrics};

use cryptofunk_metrics_catalog::descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind};

use super::{constant, encode::encode_own, escape, format::Format, head::head, lines::Lines, number};

#[derive(Label)]
#[label(open, limit = 100_000)]
struct Text(String);

#[metrics(namespace = "exposition")]
mod m {
    /// Any text, with a \ and a
    /// second line.
    pub fn texts_total(first: Text, second: Text) -> Counter;

    /// Any number.
    pub fn value() -> Gauge;
}

/// A reader of the text format, as the format's documentation describes it.
pub(super) fn parse(line: &str) -> Option<(String, BTreeMap<String, String>, String)> {
    let Some((name, rest)) = line.split_once('{') else {
        let (name, value) = line.split_once(' ')?;
        return Some((name.to_owned(), BTreeMap::new(), value.to_owned()));
    };
    let mut labels = BTreeMap::new();
    let mut rest = rest.chars();
    loop {
        let label: String = rest.by_ref().take_while(|c| *c != '=').collect();
        (rest.next()? == '"').then_some(())?;
        let mut value = String::new();
        loop {
            match rest.next()? {
                '"' => break,
                '\\' => value.push(match rest.next()? {
                    'n' => '\n',
                    c => c,
                }),
                c => value.push(c),
            }
        }
        labels.insert(label, value);
        match rest.next()? {
            ',' => {}
            '}' => break,
            _ => return None,
        }
    }
    Some((name.to_owned(), labels, rest.as_str().trim_start().to_owned()))
}

proptest! {
    #[test]
    fn any_label_value_reads_back(first in "\\PC{0,30}|[\"\\\\\n{},= ]{0,10}", second in ".{0,20}") {
        m::texts_total(Text(first.clone()), Text(second.clone())).inc();
        for format in [Format::Text, Format::OpenMetrics] {
            let mut text = String::new();
            encode_own(format, &mut text);
            // A label that is absent is empty.
            let is = |labels: &BTreeMap<String, String>, label, value: &str| labels.get(label).map_or("", |value| value) == value;
            let found = text.split('\n').filter_map(parse).any(|(name, labels, _)| {
                name == "exposition_texts_total" && is(&labels, "first", &first) && is(&labels, "second", &second)
            });
            prop_assert!(found, "{first:?} {second:?}");
        }
    }

    #[test]
    fn constant_labels_change_nothing_else(value in "\\PC{0,30}|[\"\\\\\n{},= ]{0,10}", with_labels in any::<bool>()) {
        let mut line = String::from("shop_orders_total");
        if with_labels {
            line.push_str("{note=\"");
            escape::label_value(&value, &mut line);
            line.push_str("\"}");
        }
        line.push(' ');
        let mut out = String::new();
        constant::line(&line, "region=\"eu\"", &mut out);
        let (name, mut labels, _) = parse(&out).expect("a sample");
        prop_assert_eq!(name, "shop_orders_total");
        prop_assert_eq!(labels.remove("region"), Some("eu".to_owned()));
        prop_assert_eq!(labels.remove("note"), with_labels.then_some(value));
        prop_assert!(labels.is_empty());
    }

    #[test]
    fn lines_that_are_left_are_as_if_the_others_had_never_been(
        mut series in prop::collection::vec("[a-z]{0,3}", 1..8),
        removals in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        is_histogram in any::<bool>(),
    ) {
        const LABELS: &[LabelDescriptor] = &[LabelDescriptor { name: "note", values: LabelValues::Fixed }];
        const BUCKETS: &[f64] = &[1.0];
        let (kind, buckets, each) =
            if is_histogram { (MetricKind::Histogram, BUCKETS, 4) } else { (MetricKind::Gauge, &BUCKETS[..0], 1) };
        let family = MetricDescriptor { labels: LABELS, buckets, ..MetricDescriptor::new("shop_orders", kind) };
        let of = |series: &[String]| {
            let mut lines = Lines::default();
            series.iter().for_each(|note| lines.add(&family, &[note]));
            lines
        };
        let mut lines = of(&series);
        for removal in removals {
            if !series.is_empty() {
                let place = removal.index(series.len());
                series.remove(place);
                lines.remove(place * each, each);
            }
        }
        let anew = of(&series);
        prop_assert!(lines.iter().eq(anew.iter()));
        prop_assert_eq!(lines.len(), series.len() * each);
    }

    #[test]
    fn any_number_reads_back(value in prop::num::f64::ANY) {
        let mut text = String::new();
        number::float(value, &mut text);
        let back: f64 = text.replace("Inf", "inf").parse().expect("a number");
        prop_assert!(back.to_bits() == value.to_bits() || (back.is_nan() && value.is_nan()), "{value:e} {text}");
    }
}

#[test]
fn help_is_one_line() {
    let mut out = String::new();
    head(Format::Text, "a_total", "back\\slash, \"quotes\"\nand a line", "counter", &mut out);
    assert_eq!(out, "# HELP a_total back\\\\slash, \"quotes\"\\nand a line\n# TYPE a_total counter\n");
    out.clear();
    head(Format::OpenMetrics, "a_total", "\"quotes\"", "counter", &mut out);
    assert_eq!(out, "# HELP a \\\"quotes\\\"\n# TYPE a counter\n");
}

#[test]
fn openmetrics_is_chosen_only_where_it_is_preferred() {
    for (accept, format) in [
        ("", Format::Text),
        ("*/*", Format::Text),
        ("application/openmetrics-text", Format::OpenMetrics),
        ("application/openmetrics-text; version=1.0.0", Format::OpenMetrics),
        ("application/openmetrics-text; version=2.0.0", Format::Text),
        ("application/openmetrics-text;q=0.2, text/plain;q=0.9", Format::Text),
        ("application/openmetrics-text;q=0", Format::Text),
        // Prometheus 2.42 and 3.
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            Format::OpenMetrics,
        ),
        (
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
            Format::OpenMetrics,
        ),
    ] {
        assert_eq!(Format::negotiate(accept), format, "{accept}");
    }
}

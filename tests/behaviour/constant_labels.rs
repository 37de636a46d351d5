//! Constant labels: every sample carries them, in both formats and through the prometheus crate. A process has them once, so this is one test.

use cryptofunk_metrics::{
    ConstantLabelsError, Error, Label, constant_labels,
    descriptor::{ComponentDescriptor, ComponentKind},
    exporter::Exporter,
    exposition::{self, Format},
    metrics,
};
use prometheus::{IntGauge, core::Collector, register_int_gauge};

#[derive(Label)]
#[label(open, limit = 10)]
struct Text<'a>(&'a str);

#[derive(Label, Clone, Copy)]
#[label(fixed)]
struct Region(&'static str);

#[metrics(namespace = "constant")]
mod m {
    /// Without labels.
    pub fn plain_total() -> Counter;
    /// With a label.
    pub fn labelled(text: Text<'_>) -> OptionalGauge;
    /// With buckets.
    #[metric(buckets = [1.0])]
    pub fn timed_seconds(paid: bool) -> Histogram;
}

/// Registered when it is used first: its label is a constant one too.
#[metrics(namespace = "constant", subsystem = "late", lazy)]
mod late {
    /// With the label.
    pub fn orders_total(region: Region) -> Counter;
}

#[tokio::test]
async fn every_sample_carries_them() {
    let foreign: IntGauge = register_int_gauge!("foreign_things", "Of another library.").expect("a new name");
    foreign.set(1);
    assert!(
        matches!(constant_labels([("in stance", "a")]), Err(ConstantLabelsError::Name { .. })),
        "and nothing is set"
    );
    assert_eq!(constant_labels([("region", "eu \"west\""), ("zone", "a"), ("empty", "")]), Ok(()));
    assert_eq!(constant_labels([("region", "us")]), Err(ConstantLabelsError::AlreadySet));

    m::plain_total().inc();
    m::labelled(Text("a{b} c,d=\"e\"")).set(2.0);
    m::labelled(Text("")).set(3.0);
    m::timed_seconds(true).observe(0.5);
    for format in [Format::Text, Format::OpenMetrics] {
        let text = exposition::encode(format);
        for line in [
            r#"constant_plain_total{region="eu \"west\"",zone="a"} 1"#,
            r#"constant_labelled{region="eu \"west\"",zone="a",text="a{b} c,d=\"e\""} 2"#,
            r#"constant_labelled{region="eu \"west\"",zone="a"} 3"#,
            r#"constant_timed_seconds_bucket{region="eu \"west\"",zone="a",paid="true",le="1.0"} 1"#,
            r#"constant_timed_seconds_sum{region="eu \"west\"",zone="a",paid="true"} 0.5"#,
            r#"foreign_things{region="eu \"west\"",zone="a"} 1"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        let samples = || text.lines().filter(|line| !line.starts_with('#'));
        assert!(samples().count() > 10);
        samples().for_each(|line| assert!(line.contains(r#"{region="eu \"west\"",zone="a""#), "{line}"));
    }
    for family in cryptofunk_metrics::registry().collect() {
        for metric in family.get_metric() {
            let names: Vec<&str> = metric.get_label().iter().map(|pair| pair.name()).collect();
            assert!(names.starts_with(&["region", "zone"]), "{names:?}");
        }
    }

    // A family of that label keeps its own, and an exporter names both.
    late::orders_total(Region("mars")).inc();
    let text = exposition::encode_text();
    assert!(text.contains("constant_late_orders_total{zone=\"a\",region=\"mars\"} 1\n"), "{text}");
    const SHOP: ComponentDescriptor = ComponentDescriptor::new("shop", ComponentKind::Service, 8099, "Sells coffee.");
    let error = Exporter::new(SHOP, "1.0.0").bind("127.0.0.1:0").await.expect_err("a clash");
    assert!(matches!(error, Error::ConstantLabels(ConstantLabelsError::Clash { .. })));
    let error = error.to_string();
    let expected = "the constant label `region` of this process is also a label of the metric family `constant_late_orders_total`, at constant_labels::late (";
    assert!(error.starts_with(expected) && error.ends_with("rename one of the two"), "{error}");
}

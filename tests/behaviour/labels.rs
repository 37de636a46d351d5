//! Labels of every type: what is exposed, and that what is borrowed or a number is one series with the same text.

use std::{borrow::Cow, rc::Rc, sync::Arc};

use cryptofunk_metrics::{
    Label, descriptor::LabelValues, encode_text, label::MAX_OPEN_VALUE_BYTES, metrics, testing::value_of,
};

#[derive(Label)]
#[label(open, limit = 3)]
struct Borrowed<'a>(&'a str);

#[derive(Label)]
#[label(open, limit = 3)]
struct Shared(Arc<str>);

#[derive(Label)]
#[label(open, limit = 3)]
struct Local(Rc<str>);

#[derive(Label)]
#[label(open, limit = 3)]
struct Either<'a>(Cow<'a, str>);

const SHARDS: usize = 2 + 1;

#[derive(Label)]
#[label(open, limit = SHARDS)]
struct Shard(u64);

#[derive(Label)]
#[label(open, limit = 3)]
struct Offset(i8);

#[metrics(namespace = "labels")]
mod m {
    /// For one test.
    pub fn paid_total(paid: bool) -> Counter;
    /// For one test.
    pub fn borrowed_total(symbol: Borrowed<'_>) -> Counter;
    /// For one test.
    pub fn shared_total(tenant: &Shared, place: Local, either: Either) -> Counter;
    /// For one test.
    pub fn numbers_total(shard: Shard, paid: bool, offset: Offset) -> Counter;
    /// For one test.
    pub fn limited_total(shard: &Shard) -> Counter;
}

fn exposes(line: &str) -> bool {
    encode_text().lines().any(|found| found == line)
}

#[test]
fn a_bool_is_a_closed_label() {
    m::paid_total(true).inc();
    assert!(exposes(r#"labels_paid_total{paid="true"} 1"#));
    assert!(exposes(r#"labels_paid_total{paid="false"} 0"#), "both exist from the start");
    assert_eq!(bool::VALUES, LabelValues::Closed(&["false", "true"]));
    assert_eq!((true.label_value(), false.label_value()), ("true", "false"));
}

#[test]
fn a_borrowed_text_names_the_series_of_its_words() {
    for owned in ["BTC".to_owned(), "BTC/USD".to_owned()] {
        m::borrowed_total(Borrowed(&owned[..3])).inc();
    }
    assert_eq!(value_of(m::borrowed_total(Borrowed("BTC"))), 2);
    let long = "x".repeat(MAX_OPEN_VALUE_BYTES + 1);
    m::borrowed_total(Borrowed(&long)).inc();
    assert!(exposes(r#"labels_borrowed_total{symbol="other"} 1"#));
}

#[test]
fn texts_of_every_owner_are_labels() {
    let (tenant, place) = (Shared("acme".into()), Rc::from("hall"));
    for either in [Cow::Borrowed("a"), Cow::Owned("a".to_owned())] {
        m::shared_total(&tenant, Local(Rc::clone(&place)), Either(either)).inc();
    }
    assert!(exposes(r#"labels_shared_total{tenant="acme",place="hall",either="a"} 2"#));
}

#[test]
fn numbers_are_written_in_full() {
    m::numbers_total(Shard(u64::MAX), true, Offset(-128)).inc_by(2);
    m::numbers_total(Shard(0), false, Offset(0)).inc();
    assert!(exposes(r#"labels_numbers_total{shard="18446744073709551615",paid="true",offset="-128"} 2"#));
    assert!(exposes(r#"labels_numbers_total{shard="0",paid="false",offset="0"} 1"#));
    assert_eq!((Shard(7).label_value(), Offset(-7).label_value()), ("7", "-7"));
    assert_eq!(<&Shard as Label>::VALUES, LabelValues::Open { limit: 3 });
}

#[test]
fn numbers_have_a_budget_too() {
    for shard in 0..10 {
        m::limited_total(&Shard(shard)).inc();
    }
    assert!(exposes(r#"labels_limited_total{shard="2"} 1"#) && !exposes(r#"labels_limited_total{shard="3"} 1"#));
    assert!(exposes(r#"labels_limited_total{shard="other"} 7"#));
    assert!(exposes(r#"labels_metrics_label_overflow_total{metric="labels_limited_total",label="shard"} 7"#));
}

//! Families that two modules declare under one name, as two crates or two versions of one crate do.

use std::sync::Once;

use cryptofunk_metrics::{
    Error, Label, McpServer,
    descriptor::{ComponentDescriptor, ComponentKind},
    encode_text,
    exporter::Exporter,
    mcp_server, metrics,
    testing::{Recording, value_of},
};

#[derive(Label, Clone, Copy)]
enum Side {
    Buy,
    Sell,
}

#[derive(Label)]
#[label(open, limit = 1)]
struct Symbol(String);

#[metrics(namespace = "clash", subsystem = "equal")]
mod version_1 {
    use super::{Side, Symbol};

    /// Orders.
    pub fn orders_total(side: Side) -> Counter;
    /// Orders.
    #[metric(buckets = [1.0, 10.0])]
    pub fn orders_usd(symbol: Symbol) -> Histogram;
    /// Orders that wait.
    pub fn waiting() -> IntGauge;
}

#[metrics(namespace = "clash", subsystem = "equal")]
mod version_2 {
    use super::{Side, Symbol};

    /// Orders.
    pub fn orders_total(side: Side) -> Counter;
    /// Orders.
    #[metric(buckets = [1.0, 10.0])]
    pub fn orders_usd(symbol: Symbol) -> Histogram;
    /// Orders that wait.
    pub fn waiting() -> IntGauge;
}

#[metrics(namespace = "clash", subsystem = "different", lazy)]
mod first {
    use super::Side;

    /// Refunds.
    pub fn refunds_total(side: Side) -> Counter;
}

#[metrics(namespace = "clash", subsystem = "different", lazy)]
mod second {
    /// Refunds.
    pub fn refunds_total() -> Counter;
}

#[derive(Clone)]
struct Greeter;

/// Greets.
#[mcp_server(name = "clash-greeter", port = 9399)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) -> String {
        "hello".to_owned()
    }
}

fn clash() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        first::register();
        second::register();
    });
}

#[test]
fn equal_declarations_are_one_family() {
    let recording = Recording::start();
    version_1::orders_total(Side::Buy).inc();
    version_2::orders_total(Side::Buy).inc_by(2);
    assert_eq!(recording.increase_of(version_1::orders_total(Side::Buy)), 3);
    assert_eq!(value_of(version_2::orders_total(Side::Sell)), 0);
    version_1::orders_usd(Symbol("A".to_owned())).observe(5.0);
    version_2::orders_usd(Symbol("B".to_owned())).observe(50.0);
    assert_eq!(value_of(version_1::orders_usd(Symbol("C".to_owned()))).buckets, [0, 0, 1], "they share the budget");
    version_1::waiting().inc();
    version_2::waiting().inc();
    let text = encode_text();
    assert!(
        text.contains("clash_equal_orders_total{side=\"buy\"} 3\n") && text.contains("clash_equal_waiting 2\n"),
        "{text}"
    );
    assert_eq!(text.matches("# TYPE clash_equal_orders_total ").count(), 1);
}

#[test]
fn of_two_different_declarations_the_first_is_exposed() {
    clash();
    first::refunds_total(Side::Sell).inc_by(7);
    second::refunds_total().inc_by(100);
    assert_eq!(value_of(second::refunds_total()), 100, "recorded, and not exposed");
    let text = encode_text();
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with("clash_different_")).collect();
    assert_eq!(
        lines,
        ["clash_different_refunds_total{side=\"buy\"} 0", "clash_different_refunds_total{side=\"sell\"} 7"]
    );
}

#[tokio::test]
async fn different_declarations_are_an_error_at_the_start() {
    clash();
    const SHOP: ComponentDescriptor = ComponentDescriptor::new("shop", ComponentKind::Service, 1, "Sells.");
    let errors = [
        Exporter::new(SHOP, "1").bind("127.0.0.1:0").await.map(|_| ()),
        Greeter.bind_http("127.0.0.1:0", Default::default()).await.map(|_| ()),
        Greeter.serve().await,
    ];
    for error in errors.map(|result| result.expect_err("two families of one name")) {
        let text = error.to_string();
        let Error::Clash { name, first, second, .. } = error else { panic!("{text}") };
        assert_eq!(name, "clash_different_refunds_total");
        for (place, module) in [(first, "clash::first"), (second, "clash::second")] {
            assert!(place.starts_with(module) && place.contains("clash.rs:") && text.contains(place), "{text}");
        }
        assert!(text.contains("is declared twice, with different labels") && text.contains("; rename one"), "{text}");
    }
}

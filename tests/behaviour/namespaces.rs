//! Namespaces that are constants: an application names itself once.

use std::sync::Arc;

use cryptofunk_metrics::{Catalog, Component, Label, component, encode_text, exporter::Exporter, metrics, promql};

const APP: &str = "harbour";

mod names {
    pub(crate) const PREFIX: &str = concat!("har", "bour_", "two");
}

#[derive(Label, Clone, Copy)]
#[label(open, limit = 2)]
struct Ship<'a>(&'a str);

#[metrics(namespace = APP, subsystem = "docks")]
mod docks {
    /// Ships that came in.
    pub fn arrivals_total(ship: Ship<'_>) -> Counter;
    /// How long they stay.
    #[metric(buckets = [1.0, 10.0])]
    pub fn stay_seconds() -> Histogram;
}

#[metrics(namespace = crate::names::PREFIX)]
mod cranes {
    /// Loads.
    pub fn lifts_total() -> Counter;
}

#[metrics(namespace = env!("CARGO_CRATE_NAME"))]
mod package {
    /// Named by the package.
    pub fn builds_total() -> Counter;
}

#[metrics(namespace = "")]
mod bare {
    /// Has no namespace.
    pub fn harbour_masters() -> IntGauge;
}

#[metrics(namespace = APP, convention = ["component", "otel-mcp"])]
mod families {}

macro_rules! module {
    ($name:ident, $namespace:expr) => {
        #[metrics(namespace = $namespace)]
        mod $name {
            /// Through a macro.
            pub(super) fn made_total() -> Counter;
        }
    };
}

module!(made, APP);
module!(made_too, "harbour_three");

struct Pilot;

/// Leads ships in.
#[component(name = "pilot", port = 9315, families = families)]
impl Pilot {}

#[test]
fn a_constant_is_the_beginning_of_every_name() {
    let exporter = Exporter::of(&Arc::new(Pilot));
    docks::arrivals_total(Ship("anna")).inc();
    for name in ["berta", "clara", "dora"] {
        docks::arrivals_total(Ship(name)).inc();
    }
    docks::stay_seconds().observe(2.0);
    cranes::lifts_total().inc();
    bare::harbour_masters().set(1);
    package::builds_total().inc();
    made::made_total().inc();
    made_too::made_total().inc();
    let text = encode_text();
    for line in [
        "harbour_docks_arrivals_total{ship=\"anna\"} 1",
        "harbour_docks_stay_seconds_bucket{le=\"10.0\"} 1",
        "harbour_two_lifts_total 1",
        "harbour_masters 1",
        "namespaces_builds_total 1",
        "harbour_made_total 1",
        "harbour_three_made_total 1",
        "harbour_metrics_label_overflow_total{metric=\"harbour_docks_arrivals_total\",label=\"ship\"} 2",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(text.contains("\nharbour_component_"), "{text}");
    let own: Vec<&str> = families::METRICS.iter().map(|family| family.name).collect();
    assert!(own.contains(&"mcp_server_operation_duration_seconds"), "the convention fixes the whole name: {own:?}");
    drop(exporter);
    assert_eq!(Pilot::NAME, "pilot");
}

const DOCKS: Catalog = Catalog::new(&[docks::METRICS]);

#[test]
fn queries_know_these_names() {
    let _ = promql!(DOCKS, "sum by (ship) (rate(harbour_docks_arrivals_total[5m]))");
}

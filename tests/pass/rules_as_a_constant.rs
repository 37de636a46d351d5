//! Rules that are right: as a constant, and with checks that comments silence.

#![deny(warnings)]

use cryptofunk_metrics::{Query, Rules, Schema, promql, rules};
use cryptofunk_tests::CATALOG;

rules!(pub const RULES = CATALOG, "rules-as-a-constant.yml");

const SYSTEM: Schema = Schema::new(CATALOG).with_rules(&RULES);
const HOST: Schema = Schema::new(CATALOG).with_foreign(&["node_"]);

const QUERIES: &[Query] = &[
    promql!(SYSTEM, r#"server:errors:ratio_rate5m{server=~"$server"} > 0.1"#),
    promql!(SYSTEM, "max by (server) (server:errors:ratio_rate5m)"),
    promql!(HOST, "node_load1 > 4"),
    promql!(CATALOG, "rate(cryptofunk_trades_total[20s]) # metrics-lint: allow short-range"),
    // Variables of Grafana are taken for what their place needs.
    promql!(CATALOG, r#"sum by ($label) (rate(cryptofunk_mcp_requests_total{server=~"$server",method="[[method]]"}[$__rate_interval]))"#),
    promql!(CATALOG, "topk($n, increase(cryptofunk_trades_total[${__range}]))"),
];

/// Names that the library has, too.
mod names {
    #![allow(non_upper_case_globals)]

    use cryptofunk_metrics::{Catalog, promql, rules};

    mod query {
        pub(super) const Tree: super::Catalog = super::super::CATALOG;
    }
    struct Node;

    const catalog: Catalog = query::Tree;
    const Purpose: super::Query = promql!(catalog, "cryptofunk_agent_healthy == 0");
    rules!(pub const Schema = query::Tree, "rules-as-a-constant.yml");

    pub fn main() {
        let _ = Node;
        assert_eq!((Purpose.metrics().len(), Schema.alerts().len()), (1, 2));
    }
}

pub fn main() {
    names::main();
    let Rules { .. } = RULES;
    assert_eq!(RULES.records()[0].name, "server:errors:ratio_rate5m");
    assert_eq!(RULES.alerts().len(), 2);
    assert_eq!(RULES.alerts()[0].wait, "5m");
    assert_eq!(RULES.alerts()[0].labels, [("severity", "warning")]);
    assert!(RULES.alerts()[0].query.has_label(&SYSTEM, "server"));
    assert!(!QUERIES[1].has_label(&SYSTEM, "status"));
}

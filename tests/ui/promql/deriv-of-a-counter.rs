use cryptofunk_metrics::{CATALOG, Query, promql};

const QUERY: Query = promql!(CATALOG, r#"deriv(cryptofunk_agent_signals_total[10m])"#);

fn main() {
    println!("{}", QUERY.text());
}

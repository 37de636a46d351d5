use cryptofunk_metrics::{CATALOG, Schema};

const ALL: Schema = Schema::new(CATALOG).with_values("sevrer", &["risk-analyzer"]);

fn main() {
    let _ = ALL;
}

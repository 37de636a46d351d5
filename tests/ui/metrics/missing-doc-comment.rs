use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    pub fn placed_total() -> Counter;
}

fn main() {}

use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Time that was spent.
    pub fn spent_minutes_total() -> Counter;
}

fn main() {}

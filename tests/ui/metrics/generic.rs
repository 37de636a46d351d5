use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn placed_total<T>(side: T) -> Counter;
}

fn main() {}

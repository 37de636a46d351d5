use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn größe_total() -> Counter;
}

fn main() {}

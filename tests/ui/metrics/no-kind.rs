use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn placed_total();
}

fn main() {}

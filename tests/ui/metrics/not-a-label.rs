use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn placed_total(customer: u32) -> Counter;
}

fn main() {}

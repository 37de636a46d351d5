use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Items by order.
    #[metric(buckets = [1, 10], unit = "items")]
    pub fn basket_size() -> Histogram;
}

fn main() {}

use cryptofunk_metrics::metrics;

const APP: &str = "my-shop";

#[metrics(namespace = APP)]
mod m {
    /// Orders.
    pub fn orders_total() -> Counter;
}

fn main() {}

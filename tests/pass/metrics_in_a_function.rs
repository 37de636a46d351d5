fn count() {
    use cryptofunk_metrics::metrics;

    #[metrics(namespace = "shop")]
    mod local {
        /// Orders.
        pub fn local_orders_total() -> Counter;
    }

    local::local_orders_total().inc();
}

#[allow(dead_code)]
fn call() {
    count();
}

pub fn main() {}

use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop")]
mod families {
    /// Orders.
    pub fn orders_total() -> Counter;
}

#[measured(families)]
fn one() {}

fn main() {
    one();
}

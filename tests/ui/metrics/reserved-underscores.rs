use cryptofunk_metrics::{Label, metrics};

#[derive(Label, Clone, Copy)]
pub enum Side { Buy, Sell }

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn placed_total(__side: Side) -> Counter;
}

fn main() {}

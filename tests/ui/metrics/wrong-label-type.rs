use cryptofunk_metrics::{Label, metrics};

#[derive(Label, Clone, Copy)]
pub enum Side { Buy, Sell }

#[derive(Label, Clone, Copy)]
pub enum Mode { Paper, Live }

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub fn placed_total(side: Side) -> Counter;
}

fn main() {
    orders::placed_total(Mode::Paper).inc();
}

use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
mod families {}

struct Shop;

#[measured(families)]
impl Shop {
    fn one(&self) {}
}

fn main() {
    Shop.one();
}

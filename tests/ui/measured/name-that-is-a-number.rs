use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
mod families {}

#[measured(families, name = 1)]
fn one() {}

fn main() {
    one();
}

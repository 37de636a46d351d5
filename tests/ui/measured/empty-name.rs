use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
mod families {}

#[measured(families, name = "")]
fn one() {}

fn main() {
    one();
}

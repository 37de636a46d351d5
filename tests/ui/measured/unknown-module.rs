use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
mod families {}

#[measured(familys)]
fn one() {}

fn main() {
    one();
}

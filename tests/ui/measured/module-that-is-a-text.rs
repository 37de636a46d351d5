use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
mod families {}

#[measured("families")]
fn one() {}

fn main() {
    one();
}

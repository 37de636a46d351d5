use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
mod families {}

#[measured]
fn one() -> u8 {
    1
}

fn main() {
    one();
}

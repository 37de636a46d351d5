use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
mod families {}

#[measured(families)]
const fn one() -> u8 {
    1
}

fn main() {
    one();
}

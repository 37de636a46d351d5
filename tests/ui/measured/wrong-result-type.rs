use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
mod families {}

#[measured(families)]
fn one() -> Result<u8, std::fmt::Error> {
    "one"
}

fn main() {
    let _ = one();
}

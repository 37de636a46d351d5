use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
mod families {}

trait Shop {
    #[measured(families)]
    fn one(&self);
}

fn main() {}

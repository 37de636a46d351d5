use cryptofunk_metrics::component;

struct Shop;

/// Sells coffee.
#[component(name = "shop")]
impl Shop {
}

fn main() {}

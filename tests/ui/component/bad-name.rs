use cryptofunk_metrics::component;

struct Shop;

/// Sells coffee.
#[component(name = "the shop", port = 9300)]
impl Shop {
}

fn main() {}

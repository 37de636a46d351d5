use cryptofunk_metrics::component;

struct Shop;

/// Sells coffee.
#[component(name = "shop", port = 93000)]
impl Shop {
}

fn main() {}

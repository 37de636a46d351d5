use cryptofunk_metrics::component;

struct Shop;

/// Sells coffee.
#[component(nmae = "shop", port = 9300)]
impl Shop {
}

fn main() {}

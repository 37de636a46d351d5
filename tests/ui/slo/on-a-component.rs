use cryptofunk_metrics::component;

struct Shop;

/// Sells coffee.
#[component(name = "shop", port = 9300, slo(success = 99.5))]
impl Shop {}

fn main() {}

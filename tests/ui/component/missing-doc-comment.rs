use cryptofunk_metrics::component;

struct Shop;

#[component(name = "shop", port = 9300)]
impl Shop {
}

fn main() {}

use cryptofunk_metrics::component;

struct Shop;

/// Sells coffee.
#[component(name = "shop", port = 9300)]
impl Shop {
    #[health_check]
    async fn beans(&self) -> bool {
        true
    }
}

fn main() {}

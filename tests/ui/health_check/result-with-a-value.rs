use cryptofunk_metrics::component;

struct Shop;

/// Sells coffee.
#[component(name = "shop", port = 9300)]
impl Shop {
    #[health_check]
    async fn beans(&self) -> Result<u32, String> {
        Ok(1)
    }
}

fn main() {}

//! Every macro, with the library under another name.

use observability::{Label, mcp_server, metrics};

/// The side of an order.
#[derive(Label, Debug, Clone, Copy)]
pub enum Side {
    /// Buy.
    Buy,
    /// Sell.
    Sell,
}

#[metrics(namespace = "renamed")]
pub mod orders {
    /// Orders.
    pub fn placed_total(side: Side) -> Counter;
}

/// Sells.
#[derive(Debug)]
pub struct Shop;

/// Sells.
#[mcp_server(name = "shop", port = 9300)]
impl Shop {
    /// Orders one.
    #[mcp_tool]
    pub async fn order(&self, #[default(1)] times: u64) -> u64 {
        orders::placed_total(Side::Buy).inc_by(times);
        times
    }

    #[mcp_handler]
    async fn ping(&self) -> Result<(), observability::mcp::rmcp::ErrorData> {
        Ok(())
    }
}

#[test]
fn families_are_exposed_from_the_start() {
    let text = observability::encode_text();
    assert!(text.contains("renamed_placed_total{side=\"buy\"} 0\nrenamed_placed_total{side=\"sell\"} 0\n"), "{text}");
}

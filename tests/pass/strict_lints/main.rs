#![deny(missing_docs, unsafe_code, unused, unreachable_pub, rust_2018_idioms, missing_debug_implementations)]
#![forbid(unsafe_op_in_unsafe_fn)]
//! Strict.

use cryptofunk_metrics::{Label, mcp_server, metrics};

#[derive(Label, Debug, Clone, Copy)]
enum Side {
    Buy,
    Sell,
}

#[metrics(namespace = "shop")]
mod orders {
    /// Orders.
    pub(crate) fn placed_total(side: Side) -> Counter;
}

#[derive(Debug)]
struct Shop;

/// Sells.
#[mcp_server(name = "shop", port = 9300)]
impl Shop {
    /// Sells one.
    #[mcp_tool]
    async fn order(&self, buy: bool) -> Result<String, std::fmt::Error> {
        orders::placed_total(if buy { Side::Buy } else { Side::Sell }).inc();
        Ok("done".to_owned())
    }
}

/// Uses it.
#[allow(dead_code)]
async fn call() {
    drop(Shop.order(true).await);
}

fn main() {}

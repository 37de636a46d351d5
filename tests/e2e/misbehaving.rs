//! An MCP server whose tools fail in every way that a tool can, and one that records whatever symbol a client sends.

use cryptofunk_metrics::{McpServer, mcp_server};
use cryptofunk_tests::domain::trading::{self, Mode, Side, Symbol, TradeStatus};

struct Misbehaving;

/// Fails on purpose.
#[mcp_server(name = "misbehaving", port = 9399, metrics = [trading])]
impl Misbehaving {
    /// Succeeds.
    #[mcp_tool]
    async fn fine(&self) -> &'static str {
        "fine"
    }

    /// Fails.
    #[mcp_tool]
    async fn fails(&self) -> Result<String, &'static str> {
        Err("it failed")
    }

    /// Panics.
    #[mcp_tool]
    async fn panics(&self) -> String {
        panic!("on purpose")
    }

    /// Takes longer than it may.
    #[mcp_tool(timeout = "50ms")]
    async fn slow(&self) -> String {
        std::future::pending().await
    }

    /// Waits until it is cancelled.
    #[mcp_tool]
    async fn waits(&self) -> String {
        std::future::pending().await
    }

    /// Trades.
    #[mcp_tool]
    async fn trade(&self, symbol: String) {
        trading::trades_total(Symbol(symbol), Side::Buy, TradeStatus::Filled, Mode::Paper).inc();
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    if std::env::args().any(|argument| argument == "--stdio") {
        return Misbehaving.serve().await;
    }
    Misbehaving.serve_http(Misbehaving::address()?).await
}

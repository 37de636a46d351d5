//! Documentation that a macro makes counts, and paragraphs and lists survive.
#![deny(warnings)]

use cryptofunk_metrics::{Component, McpServer, agent, component, mcp::rmcp::ServerHandler, mcp_server, metrics};

struct Server;

#[doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))]
#[mcp_server(name = "server", port = 9300)]
impl Server {
    #[doc = concat!("Adds ", "two.")]
    #[mcp_tool]
    async fn add(&self, #[doc = concat!("The ", "first.")] a: i64, #[doc = "The second."] b: i64) -> i64 {
        a + b
    }

    /// Sums up
    /// numbers.
    ///
    /// - `a`: one,
    ///   of many
    /// - `b`: another
    ///
    #[doc = concat!("Since ", "1.2.")]
    #[mcp_tool]
    async fn sum(
        &self,
        /// How.
        ///
        /// Or why.
        how: String,
    ) -> usize {
        how.len()
    }
}

struct Documented;

/**
 * A server.
 *
 * Ask it:
 *
 * 1. first
 * 2. second
 */
#[mcp_server(name = "documented", port = 9301)]
impl Documented {
    /** One line. */
    #[mcp_tool]
    fn one(&self) {}
}

struct Adviser;
#[doc = concat!("Advises", ".")]
#[agent(name = "adviser", port = 9302)]
impl Adviser {}

struct Shop;
#[doc = concat!("Sells", ".")]
#[component(name = "shop", port = 9303)]
impl Shop {}

#[metrics(namespace = "documentation")]
mod families {
    #[doc = concat!("Orders", " placed.")]
    pub fn orders_total() -> Counter;
    /// Items
    /// now.
    ///
    /// In all shops.
    pub fn items() -> Gauge;
}

pub fn main() {
    assert!(Server::DESCRIPTION.contains("[package]"));
    assert_eq!(Server::TOOLS[0].description, "Adds two.");
    assert_eq!(Server::TOOLS[1].description, "Sums up numbers.\n\n- `a`: one, of many\n- `b`: another\nSince 1.2.");
    let tools = Server::__tools();
    assert_eq!(tools[0].input_schema["properties"]["a"]["description"], "The first.");
    assert_eq!(tools[1].input_schema["properties"]["how"]["description"], "How.\n\nOr why.");
    assert_eq!(Documented.get_info().instructions.as_deref(), Some("A server.\n\nAsk it:\n\n1. first\n2. second"));
    assert_eq!(Documented::DESCRIPTION, "A server. Ask it: 1. first 2. second");
    assert_eq!(Documented::TOOLS[0].description, "One line.");
    assert_eq!((Adviser::DESCRIPTION, Shop::DESCRIPTION), ("Advises.", "Sells."));
    assert_eq!((families::METRICS[0].help, families::METRICS[1].help), ("Orders placed.", "Items now. In all shops."));
    families::orders_total().inc();
    families::items().set(1.0);
}

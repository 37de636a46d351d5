//! What is deprecated warns where the user calls it, and nowhere else.
#![deny(warnings)]

use cryptofunk_metrics::{
    McpServer, agent, component,
    mcp::rmcp::{ErrorData, model::*},
    mcp_server,
};

struct Server;

/// Serves.
#[mcp_server(name = "server", port = 9300)]
impl Server {
    /// Old.
    #[deprecated(note = "use the other")]
    #[mcp_tool]
    async fn old(&self, x: u32) -> Result<u32, String> {
        Ok(x)
    }

    #[deprecated]
    #[mcp_handler]
    async fn list_prompts(&self) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::default())
    }

    #[deprecated]
    #[health_check]
    async fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

struct Adviser;

/// Advises.
#[agent(name = "adviser", port = 9301)]
impl Adviser {
    #[deprecated]
    #[health_check]
    async fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

struct Shop;

/// Sells.
#[component(name = "shop", port = 9302)]
impl Shop {
    #[deprecated]
    #[health_check]
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

pub fn main() {
    let _ = (Server.serve(), Adviser, Shop);
}

use cryptofunk_metrics::mcp_server;

use std::collections::HashMap;

use cryptofunk_metrics::mcp::rmcp::{
    Peer, RoleServer, handler::server::wrapper::Parameters, model::{CallToolRequestParams, JsonObject}, service::RequestContext,
};
use tokio_util::sync::CancellationToken;

struct Tools;

#[derive(serde::Deserialize, schemars::JsonSchema, serde::Serialize, Default, Clone)]
struct Window {
    bars: u32,
}

/// Takes everything.
#[mcp_server(name = "tools", port = 9300)]
impl Tools {
    /// Nothing.
    #[mcp_tool]
    async fn nothing(&self) {}

    /// Named arguments.
    #[mcp_tool]
    async fn named(
        &self,
        window: Window,
        #[default(Window { bars: 3 })] other: Window,
        #[default] third: Window,
        #[default("BTC-USD")] symbol: String,
        #[default(vec![1.0, 2.0])] weights: Vec<f64>,
        map: HashMap<String, bool>,
        maybe: Option<std::time::Duration>,
        mut changed: u64,
        _unused: Option<String>,
    ) -> u64 {
        changed += u64::from(window.bars + other.bars + third.bars) + symbol.len() as u64 + weights.len() as u64;
        changed + map.len() as u64 + u64::from(maybe.is_some())
    }

    /// One struct.
    #[mcp_tool]
    async fn all(&self, Parameters(Window { bars }): Parameters<Window>) -> u32 {
        bars
    }

    /// As they are.
    #[mcp_tool]
    async fn object(&self, arguments: JsonObject) -> usize {
        arguments.len()
    }

    /// The request itself.
    #[mcp_tool]
    async fn request(
        &self,
        context: RequestContext<RoleServer>,
        stop: CancellationToken,
        peer: Peer<RoleServer>,
        request: CallToolRequestParams,
        name: String,
    ) -> String {
        let _ = (context, stop, peer, request);
        name
    }

    /// Without async.
    #[mcp_tool]
    fn at_once(&self, a: i8) -> i8 {
        a
    }
}

pub fn main() {}

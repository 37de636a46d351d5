//! What is the SDK's, under other names, and what aliases hide.
#![deny(warnings)]

use cryptofunk_metrics::mcp::rmcp::{
    self, RoleServer,
    handler::server::wrapper::{Json as Structured, Parameters as All},
    model::JsonObject as Whatever,
    service::RequestContext as Asked,
};
use cryptofunk_metrics::{McpServer, mcp_server};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

type Maybe<T> = Option<T>;
type Answer<T> = Result<T, String>;
type Around = Asked<RoleServer>;
type Client = rmcp::Peer<RoleServer>;
type Stop = tokio_util::sync::CancellationToken;

#[derive(Deserialize, JsonSchema)]
struct Window {
    days: u32,
}

#[derive(Serialize, JsonSchema)]
struct Sum {
    sum: u32,
}

struct Server;

/// Serves.
#[mcp_server(name = "server", port = 9300)]
impl Server {
    /// An optional argument.
    #[mcp_tool]
    async fn optional(&self, limit: Maybe<u32>) -> Answer<String> {
        Ok(format!("{limit:?}"))
    }

    /// All at once, taken apart, beside what the request brings.
    #[mcp_tool]
    async fn whole(&self, All(Window { days }): All<Window>, _: Around, _: Client, _: Stop) -> Structured<Sum> {
        Structured(Sum { sum: days })
    }

    /// Anything.
    #[mcp_tool]
    fn anything(&self, given: Whatever) -> Answer<Structured<Sum>> {
        Ok(Structured(Sum { sum: given.len() as u32 }))
    }
}

pub fn main() {
    let tools = Server::__tools();
    assert!(tools[0].input_schema.get("required").is_none(), "{:?}", tools[0].input_schema);
    assert_eq!(tools[1].input_schema["required"], serde_json::json!(["days"]));
    assert_eq!(tools[2].input_schema["properties"], serde_json::json!({}));
    for tool in &tools[1..] {
        let schema = tool.output_schema.as_ref().expect("what is wrapped is announced");
        assert_eq!(schema["required"], serde_json::json!(["sum"]));
    }
}

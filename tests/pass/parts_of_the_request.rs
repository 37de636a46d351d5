//! What the SDK's own `#[tool]` fills in, and what the library adds.
#![deny(warnings)]

use cryptofunk_metrics::mcp::rmcp::{
    RoleServer,
    handler::server::{
        common::{Extension, RequestId},
        tool::{InputResponses, RequestState, ToolName},
    },
    model::{self, Extensions, ProgressToken, RequestMetaObject},
    service::RequestContext,
};
use cryptofunk_metrics::{McpServer, mcp_server};

struct Server;

/// Serves.
#[mcp_server(name = "server", port = 9300)]
impl Server {
    /// Everything that is there.
    #[mcp_tool]
    #[allow(clippy::too_many_arguments)]
    async fn all(
        &self,
        RequestId(id): RequestId,
        same: model::RequestId,
        meta: RequestMetaObject,
        extensions: Extensions,
        Extension(number): Extension<u64>,
        ToolName(name): ToolName,
        RequestState(state): RequestState,
        InputResponses(responses): InputResponses,
        progress: Option<ProgressToken>,
        context: RequestContext<RoleServer>,
        limit: u32,
    ) -> String {
        format!("{id} {same} {meta:?} {extensions:?} {number} {name} {state:?} {responses:?} {progress:?} {} {limit}", context.id)
    }

    /// Needs a client that asks for progress.
    #[mcp_tool]
    async fn watched(&self, ProgressToken(token): ProgressToken) -> String {
        token.to_string()
    }
}

pub fn main() {
    let tools = Server::__tools();
    let properties = |tool: usize| tools[tool].input_schema["properties"].as_object().expect("an object").keys();
    assert!(properties(0).eq(["limit"]), "only one is asked of the client");
    assert_eq!(properties(1).count(), 0);
}

//! What a server says of itself and its tools.

use std::sync::Arc;

use rmcp::model::{Implementation, JsonObject, ServerConfig, Tool, ToolAnnotations};

use super::{
    capability::{self, Capability},
    server::McpServer,
};

/// The description of a tool; `hints` are read-only, destructive, idempotent and open world.
#[doc(hidden)]
pub fn describe(
    name: &'static str,
    description: &'static str,
    title: Option<&str>,
    hints: [Option<bool>; 4],
    input: Arc<JsonObject>,
    output: Option<Arc<JsonObject>>,
) -> Tool {
    let mut tool = Tool::new(name, description, input);
    tool.title = title.map(str::to_owned);
    tool.output_schema = output;
    if hints.iter().any(Option::is_some) {
        let [read_only, destructive, idempotent, open_world] = hints;
        tool.annotations = Some(ToolAnnotations::from_raw(None, read_only, destructive, idempotent, open_world));
    }
    tool
}

/// What the server says of itself.
#[doc(hidden)]
pub fn announced<C: McpServer>(
    server: &C,
    capabilities: &[Capability],
    title: Option<&str>,
    instructions: &str,
) -> ServerConfig {
    let mut implementation = Implementation::new(C::NAME, C::VERSION);
    implementation.title = title.map(str::to_owned);
    let config = ServerConfig::new(capability::announced(server, capabilities)).with_server_info(implementation);
    if instructions.is_empty() { config } else { config.with_instructions(instructions) }
}

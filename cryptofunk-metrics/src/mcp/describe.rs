//! What a server says of itself and its tools.

use std::sync::Arc;

use rmcp::model::{Implementation, JsonObject, ServerConfig, Tool, ToolAnnotations};

use super::{
    capability::{self, Capability},
    server::McpServer,
};

/// The description of a tool.
pub fn tool(
    name: &'static str,
    description: &'static str,
    input: Arc<JsonObject>,
    output: Option<Arc<JsonObject>>,
) -> Tool {
    let mut tool = Tool::new(name, description, input);
    tool.output_schema = output;
    tool
}

pub fn entitle(tool: &mut Tool, title: &str) {
    tool.title = Some(title.to_owned());
}

/// Says whether it is read-only, destructive, idempotent and of an open world.
pub fn hint(tool: &mut Tool, [read_only, destructive, idempotent, open_world]: [Option<bool>; 4]) {
    tool.annotations = Some(ToolAnnotations::from_raw(None, read_only, destructive, idempotent, open_world));
}

/// What the server says of itself.
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

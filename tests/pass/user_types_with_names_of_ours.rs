//! Types of the user's, called as types of the SDK, of the library and of its generated code are.
#![deny(warnings)]

use std::fmt;

use cryptofunk_metrics::{McpServer, mcp_server};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! arguments {
    ($($name:ident)*) => {$(
        #[derive(Deserialize, Serialize, JsonSchema)]
        struct $name {
            text: String,
        }
    )*};
}

arguments! {
    Argument Arguments CallToolRequestParams CancellationToken Content Context Extensions JsonObject Json Param Parameters Part Peer Plain
    ProgressToken RequestContext RequestId Result Returned Sdk String_ Tag ToolName Whole
}

#[derive(Debug)]
struct ToolError(std::string::String);

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Server;

/// Serves.
#[mcp_server(name = "server", port = 9300)]
impl Server {
    /// Takes them as arguments.
    #[mcp_tool]
    #[allow(clippy::too_many_arguments)]
    async fn takes(
        &self,
        argument: Argument,
        arguments: Arguments,
        request: CallToolRequestParams,
        token: CancellationToken,
        content: Content,
        context: Context,
        extensions: Extensions,
        object: JsonObject,
        json: Json,
        param: Param,
        parameters: Parameters,
        part: Part,
        peer: Peer,
        progress: ProgressToken,
        around: RequestContext,
        id: RequestId,
        name: ToolName,
        whole: Whole,
    ) -> std::string::String {
        let texts = [
            argument.text, arguments.text, request.text, token.text, content.text, context.text, extensions.text, object.text,
            json.text, param.text, parameters.text, part.text, peer.text, progress.text, around.text, id.text, name.text, whole.text,
        ];
        texts.concat()
    }

    /// Returns one.
    #[mcp_tool]
    async fn content(&self, text: std::string::String) -> Content {
        Content { text }
    }

    /// Another.
    #[mcp_tool]
    async fn tag(&self, text: std::string::String) -> std::result::Result<Tag, ToolError> {
        if text.is_empty() { Err(ToolError(text)) } else { Ok(Tag { text }) }
    }

    /// And more.
    #[mcp_tool]
    fn result(&self, text: std::string::String) -> Result {
        Result { text }
    }

    /// Still more.
    #[mcp_tool]
    fn sdk(&self, text: std::string::String) -> Sdk {
        let _ = (Plain { text: text.clone() }, Returned { text: text.clone() }, String_ { text: text.clone() });
        Sdk { text }
    }
}

pub fn main() {
    let tools = Server::__tools();
    let properties = tools[0].input_schema["properties"].as_object().expect("an object");
    assert_eq!(properties.len(), 18, "each is an argument: {properties:?}");
    for tool in &tools[1..] {
        let schema = tool.output_schema.as_ref().unwrap_or_else(|| panic!("`{}` announces what it returns", tool.name));
        assert!(schema["properties"]["text"].is_object(), "{schema:?}");
    }
}

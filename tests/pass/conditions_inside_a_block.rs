//! `cfg` on whatever a block has: types that are missing are missed by nothing.
#![allow(unexpected_cfgs)]

use std::borrow::Cow;

use cryptofunk_metrics::{
    Component, Label, McpServer, agent,
    agent::{AgentSignal, LlmUsage},
    component,
    mcp::rmcp::{ErrorData, ServerHandler, model::*},
    mcp_server, metrics,
};

struct Server;

/// Serves.
#[mcp_server(name = "server", port = 9300)]
impl Server {
    /// Not here.
    #[cfg(feature = "missing")]
    #[mcp_tool]
    async fn first(&self, node: missing::Node) -> missing::Node {
        node
    }

    /// Always.
    #[mcp_tool]
    async fn second(
        &self,
        #[cfg(any(feature = "missing", all(unix, not(unix))))] gone: missing::Node,
        #[cfg(not(feature = "missing"))]
        /// How many.
        #[default(2)]
        count: u32,
    ) -> u32 {
        count
    }

    /// One of two forms.
    #[cfg(not(feature = "missing"))]
    #[mcp_tool(name = "third")]
    fn third(&self) -> &'static str {
        "here"
    }

    /// The other.
    #[cfg(all(feature = "missing", unix))]
    #[mcp_tool(name = "third")]
    fn third(&self) -> missing::Node {
        missing::Node
    }

    #[cfg(feature = "missing")]
    #[mcp_handler]
    async fn list_prompts(&self, _: missing::Node) -> Result<ListPromptsResult, ErrorData> {
        unreachable!()
    }

    #[cfg(not(feature = "missing"))]
    #[mcp_handler]
    async fn list_resources(&self) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::default())
    }

    #[cfg(feature = "missing")]
    #[mcp_handler]
    fn get_info(&self) -> missing::Node {
        missing::Node
    }

    #[cfg(not(feature = "missing"))]
    #[mcp_handler]
    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(&[ProtocolVersion::V_2025_06_18])
    }

    #[cfg(feature = "missing")]
    #[mcp_handler]
    async fn on_custom_request(&self, _: missing::Node) -> Result<CustomResult, ErrorData> {
        unreachable!()
    }

    #[cfg(feature = "missing")]
    #[health_check]
    async fn cache(&self) -> Result<(), missing::Node> {
        Ok(())
    }

    #[health_check]
    async fn database(&self) -> Result<(), String> {
        Ok(())
    }
}

#[derive(Label, Clone, Copy)]
enum Call {
    Up,
    Down,
}

struct Advice;

impl AgentSignal for Advice {
    type Kind = Call;
    fn kind(&self) -> Call {
        if self.confidence() > 0.5 { Call::Up } else { Call::Down }
    }
    fn confidence(&self) -> f64 {
        1.0
    }
}

impl LlmUsage for Advice {
    fn prompt_tokens(&self) -> u64 {
        0
    }
    fn completion_tokens(&self) -> u64 {
        0
    }
}

#[metrics(namespace = "conditions", convention = ["agent", "llm"])]
#[convention(signal = Call)]
mod families {}

struct Adviser;

/// Advises.
#[agent(name = "adviser", port = 9301, families = families)]
impl Adviser {
    #[cfg(feature = "missing")]
    #[analysis]
    async fn one(&self) -> Result<missing::Node, String> {
        Err(String::new())
    }

    #[analysis]
    #[cfg(not(feature = "missing"))]
    async fn other(&self) -> Result<Advice, String> {
        self.asks().await
    }

    #[cfg(feature = "missing")]
    #[llm_call(provider = "missing")]
    async fn ask(&self) -> Result<missing::Node, String> {
        Err(String::new())
    }

    #[llm_call(provider = "local")]
    async fn asks(&self) -> Result<Advice, String> {
        Ok(Advice)
    }
}

struct Shop;

/// Sells.
#[component(name = "shop", port = 9302)]
impl Shop {
    #[cfg(feature = "missing")]
    #[health_check]
    async fn cache(&self) -> Result<(), missing::Node> {
        Ok(())
    }
}

pub fn main() {
    assert_eq!(Server::TOOLS.iter().map(|tool| tool.name).collect::<Vec<_>>(), ["second", "third"]);
    let tools = Server::__tools();
    assert!(tools[0].input_schema["properties"].as_object().expect("an object").keys().eq(["count"]));
    let capabilities = Server.get_info().capabilities;
    assert!(capabilities.prompts.is_none() && capabilities.resources.is_some() && capabilities.tools.is_some());
    assert_eq!(Server.supported_protocol_versions().len(), 1);
    assert_eq!((Shop::NAME, Adviser::NAME), ("shop", "adviser"));
    drop((Server.database(), Adviser.other()));
}

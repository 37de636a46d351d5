//! The MCP server. The features of this crate choose the names of its families.

use std::{convert::Infallible, fmt};

use cryptofunk_metrics::{mcp_server, metrics};
use rmcp::{
    ErrorData,
    model::{
        GetPromptRequestParams, GetPromptResponse, GetPromptResult, ListPromptsResult, Prompt, PromptMessage, Role,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// Modules have conventions by feature. A server records none of the client's families.
#[cfg_attr(not(any(feature = "otel", feature = "both")), metrics(namespace = "weather", convention = "mcp", lazy))]
#[cfg_attr(
    all(feature = "otel", not(feature = "both")),
    metrics(namespace = "weather", convention = "otel-mcp", lazy),
    convention(without(mcp_client_operation_duration_seconds, mcp_client_session_duration_seconds))
)]
#[cfg_attr(
    feature = "both",
    metrics(namespace = "weather", convention = ["mcp", "otel-mcp"], lazy),
    convention(without(mcp_client_operation_duration_seconds, mcp_client_session_duration_seconds))
)]
pub mod families {
    /// Forecasts that came from the cache.
    pub fn cache_hits_total() -> Counter;

    /// Simulations of the climate that were begun.
    pub fn simulations_total() -> Counter;
}

/// What the sky will be like.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// Where.
    pub city: String,
    /// Whether to take an umbrella.
    pub rain: bool,
}

/// A city that nobody measures.
#[derive(Debug)]
pub struct UnknownCity(String);

impl fmt::Display for UnknownCity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no station in {}", self.0)
    }
}

impl std::error::Error for UnknownCity {}

/// The server.
#[derive(Debug)]
pub struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, families = families, slo(success = 95))]
impl Weather {
    /// The forecast for a city.
    #[mcp_tool(read_only, slo(success = 99.5, latency(99 < "1s")))]
    async fn forecast(
        &self,
        /// The city.
        city: String,
    ) -> Result<Forecast, UnknownCity> {
        match city.as_str() {
            "Atlantis" => Err(UnknownCity(city)),
            _ => {
                families::cache_hits_total().inc();
                Ok(Forecast { rain: city == "Bergen", city })
            }
        }
    }

    /// The radar, which is out of order and does not answer.
    #[mcp_tool(timeout = "50ms")]
    async fn radar(&self) -> Result<String, Infallible> {
        std::future::pending().await
    }

    /// The barometer, which is broken.
    #[mcp_tool]
    async fn barometer(&self) -> f64 {
        panic!("the mercury has run out")
    }

    /// Next year's climate, which no client waits for.
    #[mcp_tool]
    async fn climate(&self) -> String {
        families::simulations_total().inc();
        std::future::pending().await
    }

    #[mcp_handler]
    async fn list_prompts(&self) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(vec![Prompt::new("briefing", Some("A briefing for pilots."), None)]))
    }

    #[mcp_handler]
    async fn get_prompt(&self, request: GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
        match request.name.as_str() {
            "briefing" => {
                let message = PromptMessage::new_text(Role::User, "Brief me on the winds.");
                Ok(GetPromptResult::new(vec![message]).into())
            }
            name => Err(ErrorData::invalid_params(format!("no prompt `{name}`"), None)),
        }
    }
}

//! Conventions: sets of families that servers, agents and components record into, in a namespace of yours.
//!
//! `#[metrics(namespace = "meteo", convention = "mcp")]` declares the families of a convention in a module, and
//! `#[mcp_server(…, families = module)]` records into them. See [`#[metrics]`](macro@crate::metrics) for the keys.
//!
//! | convention | families | who records |
//! |---|---|---|
//! | `mcp` | `{namespace}_mcp_…`: requests, tool calls, errors, sessions, result sizes | `#[mcp_server]`, `Instrumented` |
//! | `otel-mcp` | `mcp_server_…` and `mcp_client_…` of OpenTelemetry, whatever the namespace | `#[mcp_server]`, `agent::McpClient` |
//! | `agent` | `{namespace}_agent_…`: signals, analyses, health, calls of models and servers | `#[agent]`, `agent::McpClient` |
//! | `llm` | `{namespace}_llm_…`: calls of language models by component, provider and model | `#[llm_call]` in any block |
//! | `otel-gen-ai` | `gen_ai_client_…` of OpenTelemetry, whatever the namespace | `#[llm_call]` in any block |
//! | `function` | `{namespace}_function_…`: calls by result, duration, in flight | [`#[measured]`](macro@crate::measured) on any function |
//! | `component` | `{namespace}_component_…`, `{namespace}_build_info` | the exporter; every other convention brings it |
//!
//! `buckets(…)` and `without(…)` name families by their functions, the fields of the `…Families` struct of each convention:
//! [`McpFamilies`](mcp::McpFamilies), [`OtelMcpFamilies`](otel_mcp::OtelMcpFamilies), [`AgentFamilies`](agent::AgentFamilies),
//! [`LlmFamilies`](llm::LlmFamilies), [`OtelGenAiFamilies`](otel_gen_ai::OtelGenAiFamilies),
//! [`FunctionFamilies`](function::FunctionFamilies) and [`ComponentFamilies`](component::ComponentFamilies).
//!
//! ```
//! use cryptofunk_metrics::{McpServer, mcp_server, metrics};
//!
//! #[metrics(namespace = "meteo", convention = "mcp")]
//! #[convention(buckets(tool_call_duration_seconds = [0.01, 0.1, 1.0, 10.0, 120.0]), without(result_bytes))]
//! pub mod families {
//!     /// Answers that came from the cache.
//!     pub fn cache_hits_total() -> Counter;
//! }
//!
//! struct Weather;
//!
//! /// Knows the weather.
//! #[mcp_server(name = "weather", port = 9300, families = families)]
//! impl Weather {
//!     /// The weather of a city.
//!     #[mcp_tool]
//!     async fn forecast(&self, city: String) -> String {
//!         families::cache_hits_total().inc();
//!         format!("Sunny in {city}.")
//!     }
//! }
//!
//! # fn main() {
//! let names: Vec<_> = families::METRICS.iter().map(|family| family.name).collect();
//! assert!(names.contains(&"meteo_mcp_requests_total") && names.contains(&"meteo_build_info"));
//! assert!(names.contains(&"meteo_cache_hits_total") && !names.contains(&"meteo_mcp_result_bytes"));
//! # }
//! ```

#![allow(clippy::type_complexity, reason = "a family is a function of its labels")]

/// A struct of functions, one a family; a module leaves out those that are nothing.
macro_rules! families {
    ($(#[$doc:meta])* $name:ident { $($family:ident: $function:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        #[allow(missing_docs, reason = "each field is the family of its name")]
        pub struct $name {
            $(pub $family: Option<$function>,)*
        }

        impl $name {
            /// No family.
            pub const NONE: Self = $name { $($family: None),* };

            pub(crate) const fn is_any(&self) -> bool {
                false $(|| self.$family.is_some())*
            }
        }
    };
}

pub mod agent;
pub mod component;
pub mod function;
mod joined;
pub mod llm;
pub mod mcp;
pub mod otel_gen_ai;
pub mod otel_mcp;

pub use joined::Families;

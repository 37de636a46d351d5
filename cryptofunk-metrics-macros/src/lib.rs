//! The macros of `cryptofunk-metrics`, which re-exports them; depend on that crate.
//!
//! Each macro has the same three stages, a file or folder each: `parse` turns syntax into typed input, `check` finds all mistakes at
//! once and reports each on its own token, and `expand` writes the code.

#![warn(missing_docs)]

mod agent;
mod attr;
mod body;
mod cfg_attr;
mod component;
mod diagnostics;
mod docs;
mod label;
mod llm_call;
mod local;
mod manifest;
mod mcp_server;
mod measured;
mod methods;
mod metrics;
mod objective;
#[cfg(feature = "promql")]
mod promql;
mod receiver;
mod runtime;
mod signature;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// The blocks whose methods have our attributes, for messages about one that stands elsewhere.
const MCP_SERVER: &str = "`#[mcp_server(name = \"…\", port = …)]`";
const AGENT: &str = "`#[agent(name = \"…\", port = …)]`";
const ANY: &str = "`#[mcp_server(…)]`, `#[agent(…)]` or `#[component(…)]`";

#[doc = include_str!("rustdoc/label.md")]
#[proc_macro_derive(Label, attributes(label))]
pub fn derive_label(input: TokenStream) -> TokenStream {
    label::derive(input.into()).into()
}

#[doc = include_str!("rustdoc/metrics.md")]
#[proc_macro_attribute]
pub fn metrics(attr: TokenStream, item: TokenStream) -> TokenStream {
    metrics::expand(attr.into(), item.into()).into()
}

#[doc = include_str!("rustdoc/measured.md")]
#[proc_macro_attribute]
pub fn measured(attr: TokenStream, item: TokenStream) -> TokenStream {
    measured::expand(attr.into(), item.into()).into()
}

#[doc = include_str!("rustdoc/mcp_server.md")]
#[proc_macro_attribute]
pub fn mcp_server(attr: TokenStream, item: TokenStream) -> TokenStream {
    mcp_server::expand(attr.into(), item.into()).into()
}

#[doc = include_str!("rustdoc/mcp_tools.md")]
#[proc_macro_attribute]
pub fn mcp_tools(attr: TokenStream, item: TokenStream) -> TokenStream {
    mcp_server::expand_part(attr.into(), item.into()).into()
}

#[doc = include_str!("rustdoc/mcp_tool.md")]
#[proc_macro_attribute]
pub fn mcp_tool(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("mcp_tool", MCP_SERVER, item.into()).into()
}

#[doc = include_str!("rustdoc/mcp_handler.md")]
#[proc_macro_attribute]
pub fn mcp_handler(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("mcp_handler", MCP_SERVER, item.into()).into()
}

#[doc = include_str!("rustdoc/agent.md")]
#[proc_macro_attribute]
pub fn agent(attr: TokenStream, item: TokenStream) -> TokenStream {
    agent::expand(attr.into(), item.into()).into()
}

#[doc = include_str!("rustdoc/analysis.md")]
#[proc_macro_attribute]
pub fn analysis(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("analysis", AGENT, item.into()).into()
}

#[doc = include_str!("rustdoc/llm_call.md")]
#[proc_macro_attribute]
pub fn llm_call(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("llm_call", ANY, item.into()).into()
}

#[doc = include_str!("rustdoc/component.md")]
#[proc_macro_attribute]
pub fn component(attr: TokenStream, item: TokenStream) -> TokenStream {
    component::expand(attr.into(), item.into()).into()
}

#[doc = include_str!("rustdoc/health_check.md")]
#[proc_macro_attribute]
pub fn health_check(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("health_check", ANY, item.into()).into()
}

#[doc = include_str!("rustdoc/promql.md")]
#[cfg(feature = "promql")]
#[proc_macro]
pub fn promql(input: TokenStream) -> TokenStream {
    promql::expand(input.into()).into()
}

#[doc = include_str!("rustdoc/rules.md")]
#[cfg(feature = "promql")]
#[proc_macro]
pub fn rules(input: TokenStream) -> TokenStream {
    promql::rules(input.into()).into()
}

/// Writes the label of the request methods; for `cryptofunk-metrics` alone.
#[doc(hidden)]
#[proc_macro]
pub fn __method_label(_: TokenStream) -> TokenStream {
    methods::label().into()
}

/// Writes the answers to requests that a server has no method for; for `cryptofunk-metrics` alone.
#[doc(hidden)]
#[proc_macro]
pub fn __absent(_: TokenStream) -> TokenStream {
    methods::absent().into()
}

/// Says which types the parameters of requests have; for `cryptofunk-metrics` alone.
#[doc(hidden)]
#[proc_macro]
pub fn __params(_: TokenStream) -> TokenStream {
    methods::params().into()
}

/// Writes the request handlers of `Instrumented`; for `cryptofunk-metrics` alone.
#[doc(hidden)]
#[proc_macro]
pub fn __forward(_: TokenStream) -> TokenStream {
    methods::forward().into()
}

//! The conventions: sets of declarations that a module can have by name, written like those of users.

mod declarations;

use proc_macro2::TokenStream;
use syn::Type;

/// A convention.
pub(super) struct Convention {
    /// Its name: `otel-mcp`.
    pub(super) name: &'static str,
    /// The field and the type of its families in the library: `otel_mcp`, `OtelMcpFamilies`.
    pub(super) field: &'static str,
    pub(super) families: &'static str,
    /// What names have after the module's prefix; nothing if the convention fixes the whole name.
    pub(super) infix: Option<&'static str>,
    /// The signatures; `signal` is the label of an agent's signals.
    pub(super) declarations: fn(krate: &TokenStream, signal: Option<&Type>) -> TokenStream,
}

/// The convention that all others bring with them.
pub(super) const COMPONENT: &str = "component";

pub(super) const CONVENTIONS: [Convention; 7] = [
    Convention {
        name: "mcp",
        field: "mcp",
        families: "McpFamilies",
        infix: Some("mcp_"),
        declarations: declarations::mcp,
    },
    Convention {
        name: "otel-mcp",
        field: "otel_mcp",
        families: "OtelMcpFamilies",
        infix: None,
        declarations: declarations::otel_mcp,
    },
    Convention {
        name: "agent",
        field: "agent",
        families: "AgentFamilies",
        infix: Some("agent_"),
        declarations: declarations::agent,
    },
    Convention {
        name: "llm",
        field: "llm",
        families: "LlmFamilies",
        infix: Some("llm_"),
        declarations: declarations::llm,
    },
    Convention {
        name: "otel-gen-ai",
        field: "otel_gen_ai",
        families: "OtelGenAiFamilies",
        infix: None,
        declarations: declarations::otel_gen_ai,
    },
    Convention {
        name: "function",
        field: "function",
        families: "FunctionFamilies",
        infix: Some(""),
        declarations: declarations::function,
    },
    Convention {
        name: COMPONENT,
        field: "component",
        families: "ComponentFamilies",
        infix: Some(""),
        declarations: declarations::component,
    },
];

/// The convention of a name.
pub(super) fn find(name: &str) -> Option<&'static Convention> {
    CONVENTIONS.iter().find(|convention| convention.name == name)
}

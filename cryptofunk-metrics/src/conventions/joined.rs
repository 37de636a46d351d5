//! The families of all conventions that a module has, in one constant.

use cryptofunk_metrics_catalog::descriptor::LabelValues;

use super::{
    agent::AgentFamilies, component::ComponentFamilies, function::FunctionFamilies, llm::LlmFamilies, mcp::McpFamilies,
    otel_gen_ai::OtelGenAiFamilies, otel_mcp::OtelMcpFamilies,
};

macro_rules! conventions {
    ($($field:ident $with:ident $families:ident,)*) => {
        /// The families of a module by convention: the constant `FAMILIES` of every `#[metrics]` module.
        ///
        /// Functions that record into families of yours take it, such as `Instrumented::with_families` and `Exporter::with_families`.
        #[derive(Debug, Clone, Copy)]
        #[allow(missing_docs, reason = "each field is the convention of its name")]
        #[non_exhaustive]
        pub struct Families {
            /// Where the module stands that declares them.
            pub place: &'static str,
            /// Where the values of the label of an agent's signals come from.
            pub signal: LabelValues,
            $(pub $field: $families,)*
        }

        impl Families {
            /// The families of no convention.
            pub const NONE: Families =
                Families { place: "", signal: LabelValues::Fixed, $($field: $families::NONE),* };

            const fn or(self, other: Families) -> Families {
                Families {
                    place: if self.place.is_empty() { other.place } else { self.place },
                    signal: if self.agent.is_any() { self.signal } else { other.signal },
                    $($field: if self.$field.is_any() { self.$field } else { other.$field }),*
                }
            }

            $(
                #[doc(hidden)]
                #[must_use]
                pub const fn $with(mut self, families: $families) -> Self {
                    self.$field = families;
                    self
                }
            )*
        }
    };
}

conventions! {
    mcp with_mcp McpFamilies,
    otel_mcp with_otel_mcp OtelMcpFamilies,
    agent with_agent AgentFamilies,
    llm with_llm LlmFamilies,
    otel_gen_ai with_otel_gen_ai OtelGenAiFamilies,
    function with_function FunctionFamilies,
    component with_component ComponentFamilies,
}

impl Families {
    /// Joins the families of several modules. If two have the same convention, the first one counts.
    pub const fn join(modules: &[Families]) -> Families {
        let mut all = Families::NONE;
        let mut i = modules.len();
        while i > 0 {
            i -= 1;
            all = modules[i].or(all);
        }
        all
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn at(mut self, place: &'static str, signal: LabelValues) -> Self {
        (self.place, self.signal) = (place, signal);
        self
    }

    /// Whether an MCP server has a family here to record into.
    #[doc(hidden)]
    pub const fn has_mcp(&self) -> bool {
        self.mcp.is_any() || self.otel_mcp.mcp_server_operation_duration_seconds.is_some()
    }

    /// Whether an agent has a family here to record into.
    #[doc(hidden)]
    pub const fn has_agent(&self) -> bool {
        self.agent.is_any()
    }

    /// Whether calls of functions have a family here to be recorded into.
    #[doc(hidden)]
    pub const fn has_function(&self) -> bool {
        self.function.is_any()
    }

    /// Whether LLM calls have a family here to be recorded into.
    #[doc(hidden)]
    pub const fn has_llm(&self) -> bool {
        let agent = self.agent;
        self.llm.is_any()
            || self.otel_gen_ai.is_any()
            || agent.llm_calls_total.is_some()
            || agent.llm_duration_seconds.is_some()
            || agent.llm_tokens_total.is_some()
    }
}

use super::{
    agent::AgentFamilies, component::ComponentFamilies, llm::LlmFamilies, mcp::McpFamilies,
    otel_gen_ai::OtelGenAiFamilies, otel_mcp::OtelMcpFamilies,
};

/// The families of a module by convention: the constant `FAMILIES` of every `#[metrics]` module.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each field is the convention of its name")]
#[non_exhaustive]
pub struct Families {
    /// Where the module stands that declares them.
    pub place: &'static str,
    pub mcp: Option<McpFamilies>,
    pub otel_mcp: Option<OtelMcpFamilies>,
    pub agent: Option<AgentFamilies>,
    pub llm: Option<LlmFamilies>,
    pub otel_gen_ai: Option<OtelGenAiFamilies>,
    pub component: Option<ComponentFamilies>,
}

impl Families {
    /// The families of no convention.
    pub const NONE: Families =
        Families { place: "", mcp: None, otel_mcp: None, agent: None, llm: None, otel_gen_ai: None, component: None };

    /// The families of several modules; of two modules with one convention the first one counts.
    pub const fn join(modules: &[Families]) -> Families {
        let mut all = Families::NONE;
        let mut i = modules.len();
        while i > 0 {
            i -= 1;
            all = modules[i].or(all);
        }
        all
    }

    const fn or(self, other: Families) -> Families {
        macro_rules! or {
            ($($field:ident)*) => {
                Families { place: if self.place.is_empty() { other.place } else { self.place }, $($field: match self.$field { Some(families) => Some(families), None => other.$field }),* }
            };
        }
        or! { mcp otel_mcp agent llm otel_gen_ai component }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn at(mut self, place: &'static str) -> Self {
        self.place = place;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_mcp(mut self, families: McpFamilies) -> Self {
        self.mcp = Some(families);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_otel_mcp(mut self, families: OtelMcpFamilies) -> Self {
        self.otel_mcp = Some(families);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_agent(mut self, families: AgentFamilies) -> Self {
        self.agent = Some(families);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_llm(mut self, families: LlmFamilies) -> Self {
        self.llm = Some(families);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_otel_gen_ai(mut self, families: OtelGenAiFamilies) -> Self {
        self.otel_gen_ai = Some(families);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_component(mut self, families: ComponentFamilies) -> Self {
        self.component = Some(families);
        self
    }

    /// Whether an MCP server has a family here to record into.
    #[doc(hidden)]
    pub const fn has_mcp(&self) -> bool {
        let mcp = match self.mcp {
            Some(all) => {
                all.requests_total.is_some()
                    || all.request_duration_seconds.is_some()
                    || all.tool_calls_total.is_some()
                    || all.tool_call_duration_seconds.is_some()
                    || all.errors_total.is_some()
            }
            None => false,
        };
        let otel = match self.otel_mcp {
            Some(all) => all.mcp_server_operation_duration_seconds.is_some(),
            None => false,
        };
        mcp || otel
    }

    /// Whether an agent can record into these families.
    #[doc(hidden)]
    pub const fn has_agent(&self) -> bool {
        self.agent.is_some()
    }

    /// Whether LLM calls have a family here to be recorded into.
    #[doc(hidden)]
    pub const fn has_llm(&self) -> bool {
        let llm = match self.llm {
            Some(all) => all.calls_total.is_some() || all.call_duration_seconds.is_some() || all.tokens_total.is_some(),
            None => false,
        };
        let otel = match self.otel_gen_ai {
            Some(all) => {
                all.gen_ai_client_operation_duration_seconds.is_some() || all.gen_ai_client_token_usage.is_some()
            }
            None => false,
        };
        let agent = match self.agent {
            Some(all) => {
                all.llm_calls_total.is_some() || all.llm_duration_seconds.is_some() || all.llm_tokens_total.is_some()
            }
            None => false,
        };
        llm || otel || agent
    }
}

//! The families of a catalogue, found by their convention.

use cryptofunk_metrics_catalog::{Catalog, descriptor::MetricDescriptor};

use crate::pack::error::PackError;

/// The families that rules and dashboards ask for, by convention and the end of the name.
const KNOWN: [(&str, &[&str]); 6] = [
    (
        "mcp",
        &[
            "mcp_requests_total",
            "mcp_request_duration_seconds",
            "mcp_tool_calls_total",
            "mcp_tool_call_duration_seconds",
            "mcp_errors_total",
            "mcp_tool_errors_total",
            "mcp_requests_in_flight",
            "mcp_sessions_active",
            "mcp_sessions_total",
            "mcp_session_duration_seconds",
            "mcp_result_bytes",
        ],
    ),
    ("otel-mcp", &["mcp_server_operation_duration_seconds", "mcp_server_session_duration_seconds"]),
    (
        "agent",
        &[
            "agent_signals_total",
            "agent_analysis_duration_seconds",
            "agent_healthy",
            "agent_llm_calls_total",
            "agent_llm_duration_seconds",
            "agent_llm_tokens_total",
            "agent_mcp_calls_total",
            "agent_mcp_call_duration_seconds",
        ],
    ),
    ("llm", &["llm_calls_total", "llm_call_duration_seconds", "llm_tokens_total"]),
    ("component", &["component_uptime_seconds", "component_healthy", "build_info"]),
    ("", &["metrics_label_overflow_total"]),
];

/// The families of a catalogue that the conventions have.
#[derive(Debug)]
pub(super) struct Families {
    found: Vec<(&'static str, &'static str, &'static MetricDescriptor)>,
}

impl Families {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// If there are two of a kind, in two namespaces, or one whose name a query cannot hold as it is.
    pub(super) fn of(catalog: &Catalog) -> Result<Self, PackError> {
        let mut found: Vec<(&str, &str, &MetricDescriptor)> = Vec::new();
        for family in catalog.iter() {
            let known = KNOWN.into_iter().find_map(|(convention, ends)| {
                let is_of = convention.is_empty() || family.convention == Some(convention);
                let end = ends.iter().find(|end| is_of && is_called(family.name, end));
                end.map(|end| (convention, *end))
            });
            let Some((convention, end)) = known else { continue };
            if !family.name.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | ':'))
            {
                return Err(PackError::Name { name: family.name });
            }
            if let Some((.., first)) = found.iter().find(|(one, other, _)| (*one, *other) == (convention, end)) {
                return Err(PackError::Namespaces { first: first.name, second: family.name });
            }
            found.push((convention, end, family));
        }
        Ok(Families { found })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// A family, if the catalogue has it.
    pub(super) fn get(&self, convention: &str, end: &str) -> Option<&'static MetricDescriptor> {
        self.found.iter().find(|(one, other, _)| *one == convention && *other == end).map(|(.., family)| *family)
    }

    /// Its name.
    pub(super) fn name(&self, convention: &str, end: &str) -> Option<&'static str> {
        self.get(convention, end).map(|family| family.name)
    }

    /// What all names of the namespace begin with: `weather_`, or nothing.
    pub(super) fn prefix(&self) -> &'static str {
        let of_namespace = self.found.iter().find(|(convention, ..)| *convention != "otel-mcp");
        of_namespace.map_or("", |(_, end, family)| family.name.strip_suffix(end).unwrap_or_default())
    }
}

fn is_called(name: &str, end: &str) -> bool {
    name.strip_suffix(end).is_some_and(|start| start.is_empty() || start.ends_with('_'))
}

//! What is asked of the metrics: queries that the compiler checks, a rule file, a dashboard and documents.

use cryptofunk_metrics::{
    Catalog, Component, Query, Schema,
    descriptor::{ComponentDescriptor, topology},
    promql, rules,
};
use cryptofunk_metrics_tools::docs::{
    Category, Dashboard, Example, Level, Line, Panel, Row, RunbookEntry, System, Unit, Variable,
};

use crate::{
    server::{self, Weather},
    service::{self, Stations},
    support::{self, Sorter},
};

/// Everything that the three expose.
pub const CATALOG: Catalog = Catalog::new(&[
    server::families::METRICS,
    support::mail::METRICS,
    service::service::METRICS,
    service::database::METRICS,
    service::http::METRICS,
]);

/// The three.
pub const COMPONENTS: &[ComponentDescriptor] =
    topology(&[Weather::DESCRIPTOR, Sorter::DESCRIPTOR, Stations::DESCRIPTOR]);

rules!(pub const RULES = CATALOG, "rules.yml");

/// The catalogue, with the names of the components and what the rules record.
pub const SCHEMA: Schema =
    Schema::new(CATALOG).with_values("component", &["weather", "sorter", "stations"]).with_rules(&RULES);

/// How often tools fail, under the guide's names.
#[cfg(any(not(feature = "otel"), feature = "both"))]
pub const TOOL_ERRORS: Query = promql!(
    SCHEMA,
    r#"sum by (tool) (rate(weather_mcp_tool_calls_total{status="error"}[5m]))
        / sum by (tool) (rate(weather_mcp_tool_calls_total[5m]))"#
);

/// How often tools fail, under OpenTelemetry's names.
#[cfg(all(feature = "otel", not(feature = "both")))]
pub const TOOL_ERRORS: Query = promql!(
    SCHEMA,
    r#"sum by (gen_ai_tool_name) (rate(mcp_server_operation_duration_seconds_count{error_type!=""}[5m]))
        / sum by (gen_ai_tool_name) (rate(mcp_server_operation_duration_seconds_count[5m]))"#
);

/// How much of a database is in use.
pub const POOL_USAGE: Query = promql!(SCHEMA, "weather_database_connections_active / weather_database_connections_max");

/// Tokens by model.
pub const TOKENS: Query = promql!(SCHEMA, "sum by (provider, model) (rate(weather_llm_tokens_total[5m]))");

/// Letters by priority.
pub const LETTERS: Query = promql!(SCHEMA, "sum by (type) (rate(weather_agent_signals_total[5m]))");

/// The dashboard.
pub const DASHBOARD: Dashboard = Dashboard {
    uid: "weather",
    title: "Weather",
    description: "The server, the desk and the stations.",
    variables: &[Variable {
        name: "component",
        title: "Component",
        series: promql!(SCHEMA, "weather_component_healthy"),
    }],
    rows: &[Row {
        title: "Now",
        panels: &[
            Panel::timeline(
                "Healthy",
                &[Line {
                    query: promql!(SCHEMA, r#"weather_component_healthy{component=~"$component"}"#),
                    legend: "{{component}}",
                }],
            )
            .states(("unhealthy", Level::Bad), ("healthy", Level::Good)),
            Panel::lines("Tools that fail", Unit::Ratio, &[Line { query: TOOL_ERRORS, legend: "tools" }]),
            Panel::lines("Databases in use", Unit::Ratio, &[Line { query: POOL_USAGE, legend: "{{pool}}" }]),
            Panel::lines("Letters", Unit::PerSecond, &[Line { query: LETTERS, legend: "{{type}}" }]),
        ],
    }],
};

/// The system, as its documents show it.
pub const SYSTEM: System<'_> = System {
    categories: &[
        Category { title: "Server", families: server::families::METRICS },
        Category { title: "Support", families: support::mail::METRICS },
        Category { title: "Service", families: service::service::METRICS },
        Category { title: "Databases", families: service::database::METRICS },
        Category { title: "HTTP", families: service::http::METRICS },
    ],
    schema: SCHEMA,
    components: COMPONENTS,
    rules: &[RULES],
    queries: &[Example { topic: "Support", title: "Tokens a second by model.", query: TOKENS }],
    dashboards: &[DASHBOARD],
    runbook: &[RunbookEntry {
        alert: "DatabaseFull",
        means: "Requests wait for a connection.",
        look: &[],
        mend: "Raise the limit of the pool.",
    }],
};

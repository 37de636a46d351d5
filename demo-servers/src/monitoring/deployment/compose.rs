//! All of it in containers: docker-compose.yml.

use cryptofunk_metrics::{
    Component,
    descriptor::{ComponentDescriptor, ComponentKind},
};

use super::parts::{MADE, addresses};
use crate::{
    agents::sentiment::SentimentAgent,
    market_data::MarketData,
    monitoring::Document,
    order_executor::OrderExecutor,
    topology::{Secret, secret_of},
};

/// The file, but for what is said about components.
const TEMPLATE: &str = include_str!("compose.yml");
/// The secrets that are asked for; deployments/compose/secrets.sh makes them.
const SECRETS: [&str; 8] = [
    "api-token",
    "database-url",
    "grafana-password",
    "llm-key",
    "pagerduty-key",
    "postgres-password",
    "slack-url",
    "smtp-password",
];

/// The file for these components.
pub(super) fn compose(components: &[ComponentDescriptor]) -> Document {
    let servers = || components.iter().filter(|component| component.kind == ComponentKind::McpServer);
    let hosts: Vec<&str> = servers().map(|server| server.name).collect();
    let text = TEMPLATE
        .replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("{hosts}", &hosts.join(","))
        .replace("{addresses}", &addresses(components, "  "))
        .replace("{components}", &components.iter().map(|one| component(one, &hosts)).collect::<String>())
        .replace("{secrets}", &SECRETS.map(|name| format!("  {name}: {{file: ./compose/secrets/{name}}}\n")).concat());
    let text = format!("{}{}\n", MADE, text.trim_end());
    Document { path: "deployments/docker-compose.yml".to_owned(), text }
}

fn component(component: &ComponentDescriptor, servers: &[&str]) -> String {
    let ComponentDescriptor { name, port, kind, .. } = *component;
    let mut environment = Vec::new();
    let mut needs = vec![("nats", "service_healthy")];
    match name {
        MarketData::NAME => {
            environment.push("REDIS_URL: redis://redis:6379/");
            // A market that goes on where it was when the container is started again; empty: it opens anew.
            environment.push("MARKET_EPOCH: ${MARKET_EPOCH:-}");
            needs.push(("redis", "service_healthy"));
        }
        OrderExecutor::NAME => needs.push(("postgres", "service_healthy")),
        SentimentAgent::NAME => {
            environment.push("LLM_BASE_URL: ${LLM_BASE_URL:-}");
            environment.push("LLM_MODEL: ${LLM_MODEL:-}");
        }
        _ => {}
    }
    if kind != ComponentKind::McpServer {
        needs.extend(servers.iter().map(|server| (*server, "service_started")));
    }
    let mut environment: String = environment.iter().map(|line| format!("\n      {line}")).collect();
    let mut secrets = String::new();
    if let Some(Secret { variable, key }) = secret_of(name) {
        environment += &format!("\n      {variable}: /run/secrets/{key}");
        secrets = format!("    secrets: [{key}]\n");
    }
    let needs: String =
        needs.iter().map(|(name, condition)| format!("      {name}: {{condition: {condition}}}\n")).collect();
    format!(
        "\n  {name}:\n    <<: *component\n    command: [{name}]\n    environment:\n      <<: *environment{environment}\n    \
         ports: [\"127.0.0.1:{port}:{port}\"]\n{secrets}    depends_on:\n{needs}    healthcheck:\n      <<: *healthcheck\n      \
         test: [CMD, cryptofunk, health, {name}]\n"
    )
}

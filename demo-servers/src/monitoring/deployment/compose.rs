//! All of it in containers: docker-compose.yml.

use cryptofunk_metrics::{
    Component,
    descriptor::{ComponentDescriptor, ComponentKind},
};
use cryptofunk_metrics_tools::pack::PackFile;

use super::parts::{MADE, addresses, hosts};
use crate::{
    agents::sentiment::SentimentAgent,
    api::Api,
    market_data::MarketData,
    order_executor::OrderExecutor,
    topology::{Secret, secrets_of},
};

/// The file, but for what is said about components.
const TEMPLATE: &str = include_str!("compose.yml");
/// The secrets that are asked for; deployments/compose/secrets.sh makes them.
const SECRETS: [&str; 10] = [
    "api-token",
    "database-url",
    "grafana-password",
    "llm-key",
    "nats-conf",
    "nats-url",
    "pagerduty-key",
    "postgres-password",
    "slack-url",
    "smtp-password",
];

/// Where the market keeps its clock.
const CLOCK: &str = "MARKET_CLOCK_FILE: /var/lib/cryptofunk/market-clock";
/// The address of NATS, with the password.
const NATS: Secret = Secret { variable: "NATS_URL_FILE", key: "nats-url" };

/// The file for these components.
pub(super) fn compose(components: &[ComponentDescriptor]) -> PackFile {
    let servers = components.iter().filter(|component| component.kind == ComponentKind::McpServer);
    let servers: Vec<&str> = servers.map(|server| server.name).collect();
    let text = TEMPLATE
        .replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("{hosts}", &hosts(components))
        .replace("{addresses}", &addresses(components, "  "))
        .replace("{components}", &components.iter().map(|one| component(one, &servers)).collect::<String>())
        .replace("{secrets}", &SECRETS.map(|name| format!("  {name}: {{file: ./compose/secrets/{name}}}\n")).concat());
    let text = format!("{}{}\n", MADE, text.trim_end());
    PackFile { path: "deployments/docker-compose.yml".to_owned(), text }
}

fn component(component: &ComponentDescriptor, servers: &[&str]) -> String {
    let ComponentDescriptor { name, port, kind, .. } = *component;
    let mut environment = Vec::new();
    let mut volumes = "";
    let mut needs = vec![("nats", "service_healthy")];
    match name {
        MarketData::NAME => {
            environment.push("REDIS_URL: redis://redis:6379/");
            // Empty: a market that goes on when the container is started again, by the clock that it keeps.
            environment.push("MARKET_EPOCH: ${MARKET_EPOCH:-}");
            environment.push(CLOCK);
            volumes = "    volumes: [market:/var/lib/cryptofunk]\n";
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
    // Who is on the bus knows NATS' password.
    let bus = (kind != ComponentKind::McpServer && name != Api::NAME).then_some(NATS);
    let all: Vec<Secret> = secrets_of(name).iter().copied().chain(bus).collect();
    environment.extend(all.iter().map(|Secret { variable, key }| format!("\n      {variable}: /run/secrets/{key}")));
    let keys: Vec<&str> = all.iter().map(|secret| secret.key).collect();
    let secrets = if keys.is_empty() { String::new() } else { format!("    secrets: [{}]\n", keys.join(", ")) };
    let needs: String =
        needs.iter().map(|(name, condition)| format!("      {name}: {{condition: {condition}}}\n")).collect();
    format!(
        "\n  {name}:\n    <<: *component\n    command: [{name}]\n    environment:\n      <<: *environment{environment}\n    \
         ports: [\"127.0.0.1:{port}:{port}\"]\n{secrets}{volumes}    depends_on:\n{needs}    healthcheck:\n      <<: *healthcheck\n      \
         test: [CMD, cryptofunk, health, {name}]\n"
    )
}

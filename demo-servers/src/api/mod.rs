//! The component `api`: the trading state over REST.

mod openapi;
mod routes;

use std::{sync::Arc, time::Duration};

use cryptofunk_metrics::{
    Component,
    adapters::http::HttpLayer,
    agent::{CallError, McpClient},
    component,
    exporter::{Exporter, Settings},
};
use serde::de::DeserializeOwned;

use crate::{
    orchestrator::Orchestrator,
    order_executor::OrderExecutor,
    rest::{Failure, Token},
    settings,
};

/// How long another component may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers for the whole system.
#[derive(Debug)]
pub struct Api {
    executor: McpClient,
    orchestrator: String,
    client: reqwest::Client,
    token: Option<std::path::PathBuf>,
}

/// The trading state over REST: portfolio, positions, trades, signals, decisions, agents.
#[component(name = "api", port = 8080)]
impl Api {
    #[health_check]
    async fn orchestrator(&self) -> Result<(), reqwest::Error> {
        let answer = self.client.get(format!("{}/api/v1/status", self.orchestrator)).timeout(PATIENCE).send().await?;
        answer.error_for_status().map(drop)
    }

    /// What the orchestrator answers to a question.
    async fn ask<T: DeserializeOwned>(&self, path: &str, query: &impl serde::Serialize) -> Result<T, Failure> {
        let request = self.client.get(format!("{}{path}", self.orchestrator)).query(query).timeout(PATIENCE);
        Api::answer(request).await
    }

    /// What the orchestrator answers to an order, which needs the token.
    async fn tell<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let mut request = self.client.post(format!("{}{path}", self.orchestrator)).timeout(PATIENCE);
        if let Some(file) = &self.token {
            let token = tokio::fs::read_to_string(file).await.map_err(Failure::unavailable)?;
            request = request.bearer_auth(token.trim());
        }
        Api::answer(request).await
    }

    async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, Failure> {
        let fails = |error: reqwest::Error| {
            Failure::unavailable(format!("the orchestrator does not answer: {}", error.without_url()))
        };
        let answer = request.send().await.map_err(fails)?.error_for_status().map_err(fails)?;
        answer.json().await.map_err(fails)
    }

    async fn call<T: DeserializeOwned>(&self, tool: &'static str, arguments: serde_json::Value) -> Result<T, Failure> {
        self.executor.call(tool, arguments).await.map_err(|error| match error {
            // No session yet, say: not a failure of the way.
            CallError::Tool { message, .. } => Failure::unavailable(message),
            error => Failure::unavailable(error),
        })
    }
}

/// Runs the API until `stop` completes.
pub async fn run(stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let settings = Settings::from_env(Api::PORT)?;
    let token = settings::api_token_file();
    let api = Arc::new(Api {
        executor: McpClient::new(OrderExecutor::NAME, settings::mcp_url_of::<OrderExecutor>()?),
        orchestrator: settings::url_of::<Orchestrator>()?,
        client: reqwest::Client::new(),
        token: token.clone(),
    });
    let routes = routes::routes(&api, Token::new(token)).layer(HttpLayer::new(&routes::PATHS));
    let bound = Exporter::of(&api).settings(&settings).merge(routes).bind(settings.address).await?;
    cryptofunk_metrics::adapters::tokio::watch();
    tracing::info!("API on http://{}/api/v1/", bound.local_addr());
    bound.run_until(stop).await;
    Ok(())
}

//! The API itself: whom it asks.

use std::{path::PathBuf, time::Duration};

use cryptofunk_metrics::catalog;
use cryptofunk_metrics::{
    agent::{CallError, McpClient},
    component,
};
use serde::de::DeserializeOwned;

use crate::rest::Failure;

/// How long another component may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers for the whole system.
#[derive(Debug)]
pub struct Api {
    pub(super) executor: McpClient,
    pub(super) orchestrator: String,
    pub(super) client: reqwest::Client,
    pub(super) token: Option<PathBuf>,
}

/// The trading state over REST: portfolio, positions, trades, signals, decisions, agents.
#[component(name = "api", port = 8080, metrics = [catalog::http])]
impl Api {
    #[health_check]
    async fn orchestrator(&self) -> Result<(), reqwest::Error> {
        let answer = self.client.get(format!("{}/api/v1/status", self.orchestrator)).timeout(PATIENCE).send().await?;
        answer.error_for_status().map(drop)
    }

    #[health_check]
    async fn order_executor(&self) -> Result<(), CallError> {
        match self.executor.call::<serde_json::Value>("list_trades", serde_json::json!({ "limit": 1 })).await {
            // It has answered: that there is no session yet, say.
            Ok(_) | Err(CallError::Tool { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What the orchestrator answers to a question.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl serde::Serialize,
    ) -> Result<T, Failure> {
        let request = self.client.get(format!("{}{path}", self.orchestrator)).query(query).timeout(PATIENCE);
        Api::answer(request).await
    }

    /// What the orchestrator answers to an order, which needs the token.
    pub(super) async fn tell<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
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

    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        tool: &'static str,
        arguments: serde_json::Value,
    ) -> Result<T, Failure> {
        self.executor.call(tool, arguments).await.map_err(|error| match error {
            // No session yet, say: not a failure of the way.
            CallError::Tool { message, .. } => Failure::unavailable(message),
            error => Failure::unavailable(error),
        })
    }
}

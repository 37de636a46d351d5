//! `sentiment-agent`: what the headlines say, as a language model reads them.

mod headlines;
mod lexicon;
mod llm;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use cryptofunk_metrics::agent;
pub use headlines::{LIFETIME, headlines};
pub use lexicon::{Reading, read};
pub use llm::{Completion, Endpoint, LlmError};

use super::{AgentError, Opinion, Trader};
use crate::{domain::agents, settings::Market};

/// Reads headlines, and has them judged by a language model if there is one.
#[derive(Debug)]
pub struct SentimentAgent {
    seed: u64,
    endpoint: Option<Endpoint>,
    /// The last judgement of each pair, and the window of ticks whose headlines it is of.
    known: Mutex<HashMap<String, (u64, Judgement)>>,
}

/// What headlines mean for a price.
#[derive(Debug, Clone, PartialEq)]
struct Judgement {
    /// From -1, very bad, to 1, very good.
    sentiment: f64,
    /// Who says so.
    reader: &'static str,
}

/// A sentiment of a fifth is enough to act.
pub fn decide(sentiment: f64, reader: &str) -> Opinion {
    Opinion::of(sentiment, 0.2, format!("headlines {sentiment:+.2}, read by {reader}"))
}

/// Sentiment of headlines, read by a language model (LLM_BASE_URL) or by a local lexicon.
#[agent(name = "sentiment-agent", port = 9103, families = agents::reading)]
impl SentimentAgent {
    /// An agent that reads the news of the market which the environment names.
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(SentimentAgent::new(Market::from_env()?.seed, Endpoint::from_env()?))
    }

    /// An agent that reads the news of this market, and asks this endpoint.
    pub fn new(seed: u64, endpoint: Option<Endpoint>) -> Self {
        SentimentAgent { seed, endpoint, known: Mutex::default() }
    }

    #[analysis(timeout = "20s")]
    async fn analyze(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        // A headline is news for a while; nobody pays for having it read again.
        let window = tick / LIFETIME;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(symbol).cloned();
        let judgement = match known {
            Some((when, judgement)) if when == window => judgement,
            _ => self.judge(symbol, &headlines(self.seed, symbol, tick)).await,
        };
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(symbol.to_owned(), (window, judgement.clone()));
        Ok(decide(judgement.sentiment, judgement.reader))
    }

    /// Asks an endpoint that speaks OpenAI's format.
    #[llm_call(provider = "openai", timeout = "8s")]
    async fn ask(&self, endpoint: &Endpoint, symbol: &str, headlines: &[String]) -> Result<Completion, LlmError> {
        endpoint.ask(symbol, headlines).await
    }

    /// Counts good and bad words. Its tokens are words: those that it reads, and one that it answers.
    #[llm_call(provider = "lexicon")]
    async fn look_up(&self, headlines: &[String]) -> Result<Completion, std::convert::Infallible> {
        let Reading { sentiment, words } = read(headlines);
        Ok(Completion { sentiment, prompt_tokens: words, completion_tokens: 1 })
    }

    async fn judge(&self, symbol: &str, headlines: &[String]) -> Judgement {
        if let Some(endpoint) = &self.endpoint {
            match self.ask(endpoint, symbol, headlines).await {
                Ok(answer) => return Judgement { sentiment: answer.sentiment, reader: "the language model" },
                Err(error) => tracing::warn!("the language model has no answer, the lexicon reads instead: {error}"),
            }
        }
        let Ok(answer) = self.look_up(headlines).await;
        Judgement { sentiment: answer.sentiment, reader: "the lexicon" }
    }

    #[health_check]
    fn api_key(&self) -> Result<(), LlmError> {
        self.endpoint.as_ref().map_or(Ok(()), |endpoint| endpoint.key().map(drop))
    }
}

impl Trader for SentimentAgent {
    async fn opinion(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        self.analyze(symbol, tick).await
    }
}

#[cfg(test)]
mod tests;

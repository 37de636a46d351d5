//! An agent that sorts support mail with a language model:
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example sorter
//! curl -s http://127.0.0.1:9288/metrics | grep ^mail_
//! ```
//!
//! `/metrics` has its signals by kind, their confidence, how long an analysis takes, and calls and tokens of the model.

use std::{sync::Arc, time::Duration};

use cryptofunk_metrics::{
    Component, Label, agent,
    agent::{AgentSignal, Steps, TimedOut},
    exporter::{Exporter, Settings, shutdown_signal},
    llm::LlmUsage,
    metrics,
};

#[derive(Label, Clone, Copy)]
pub enum Priority {
    Urgent,
    Later,
}

/// `mail_agent_signals_total{agent="sorter",type="urgent"}`, `mail_llm_calls_total{…,model="small",…}`, …
#[metrics(namespace = "mail", convention = ["agent", "llm"])]
#[convention(signal = Priority)]
pub mod families {}

/// What the agent concludes.
struct Verdict {
    priority: Priority,
    confidence: f64,
}

impl AgentSignal for Verdict {
    type Kind = Priority;

    fn kind(&self) -> Priority {
        self.priority
    }

    fn confidence(&self) -> f64 {
        self.confidence
    }
}

/// What the language model answers, and what it costs.
struct Answer {
    urgency: f64,
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl LlmUsage for Answer {
    fn prompt_tokens(&self) -> u64 {
        self.prompt_tokens
    }

    fn completion_tokens(&self) -> u64 {
        self.completion_tokens
    }
}

struct Sorter {
    model: String,
}

/// Sorts support mail.
#[agent(name = "sorter", port = 9288, families = families)]
impl Sorter {
    #[analysis(timeout = "30s")]
    async fn sort(&self, letter: &str) -> Result<Verdict, TimedOut> {
        let urgency = self.ask(letter).await?.urgency;
        let priority = if urgency > 0.5 { Priority::Urgent } else { Priority::Later };
        Ok(Verdict { priority, confidence: (2.0 * urgency - 1.0).abs() })
    }

    #[llm_call(provider = "openai", model = self.model, timeout = "20s")]
    async fn ask(&self, letter: &str) -> Result<Answer, TimedOut> {
        // Call your client here.
        let urgency = if letter.contains("down") { 0.9 } else { 0.2 };
        Ok(Answer { urgency, prompt_tokens: 120, completion_tokens: 8 })
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    let sorter = Arc::new(Sorter { model: "small".to_owned() });
    let settings = Settings::from_env(Sorter::PORT)?;
    let exporter = Exporter::of(&sorter).settings(&settings).bind(settings.address).await?.spawn();
    eprintln!("sorter: metrics on http://{}/metrics", exporter.local_addr());
    let step = async |sorter: &Sorter| sorter.sort("The server is down").await.map(drop);
    let stop = async { _ = shutdown_signal().await };
    Steps::every(Duration::from_secs(5)).run_until(&*sorter, step, stop).await;
    exporter.stop().await;
    Ok(())
}

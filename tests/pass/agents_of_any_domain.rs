//! Agents that analyse nothing, or in several methods, with kinds of signals of their own; LLM calls in every block.

#![deny(warnings)]

use cryptofunk_metrics::{
    Agent, Component, Label, McpServer, agent,
    agent::AgentSignal,
    component,
    llm::{LlmUsage, TimedOut},
    mcp_server, metrics,
};

#[derive(Label, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    Urgent,
    Later,
}

#[metrics(namespace = "mail", convention = ["agent", "llm", "otel-gen-ai", "mcp"])]
#[convention(signal = Priority, buckets(confidence = [0.5, 1.0]), without(healthy))]
pub mod families {
    /// Letters that were read.
    pub fn letters_total(priority: Priority) -> Counter;
}

pub struct Verdict;

impl AgentSignal for Verdict {
    type Kind = Priority;
    fn kind(&self) -> Priority {
        Priority::Urgent
    }
    fn confidence(&self) -> f64 {
        1.0
    }
}

pub struct Answer;

impl LlmUsage for Answer {
    fn prompt_tokens(&self) -> u64 {
        1
    }
    fn completion_tokens(&self) -> u64 {
        1
    }
}

pub struct Sorter {
    model: String,
}

const PROVIDER: &str = "openai";

#[derive(Debug)]
pub struct Late;

impl From<TimedOut> for Late {
    fn from(_: TimedOut) -> Self {
        Late
    }
}

/// Sorts mail.
#[agent(name = "sorter", port = 9301, families = families)]
impl Sorter {
    #[analysis]
    async fn sort<'l>(&self, letter: &'l str) -> Result<Verdict, &'l str> {
        families::letters_total(Priority::Later).inc();
        if letter.is_empty() { Err(letter) } else { Ok(Verdict) }
    }

    #[analysis(timeout = "1s")]
    async fn sort_again(&self) -> Result<Verdict, Late> {
        Ok(Verdict)
    }

    #[llm_call(provider = PROVIDER, model = self.model, operation = "chat", timeout = "1s")]
    async fn ask(&self) -> Result<Answer, Late> {
        Ok(Answer)
    }
}

pub struct Idle;

/// Has nothing to conclude.
#[agent(name = "idle", port = 9302)]
impl Idle {
    #[llm_call(provider = "openai", model = "gpt-5-mini")]
    async fn ask(&self) -> Result<Answer, String> {
        Ok(Answer)
    }
}

pub struct Server;

/// Answers.
#[mcp_server(name = "server", port = 9303, families = [families])]
impl Server {
    /// Asks a model.
    #[mcp_tool]
    async fn answer(&self) -> Result<String, String> {
        self.ask("openai").await.map(|_| String::new())
    }

    #[llm_call(provider = provider)]
    async fn ask(&self, provider: &str) -> Result<Answer, String> {
        Ok(Answer)
    }
}

pub struct Service;

/// Serves.
#[component(name = "service", port = 9304)]
impl Service {
    #[llm_call(provider = "anthropic")]
    async fn ask(&self) -> Result<Answer, String> {
        Ok(Answer)
    }
}

pub fn main() {
    assert_eq!(Sorter::PROVIDERS, [""; 0]);
    assert_eq!(Idle::PROVIDERS, ["openai"]);
    assert!(Sorter::DESCRIPTOR.exposes("mail_agent_signals_total"));
    assert!(!Sorter::DESCRIPTOR.exposes("mail_agent_healthy") && !Sorter::DESCRIPTOR.exposes("cryptofunk_build_info"));
    assert!(Service::DESCRIPTOR.exposes("cryptofunk_llm_calls_total"));
    assert_eq!(Server::TOOLS.len(), 1);
    let _ = (Sorter { model: String::new() }.sort("a"), Service.ask(), Idle.ask());
    let _ = Sorter { model: String::new() }.sort_again();
    let _ = Sorter { model: String::new() }.ask();
}

//! An agent of another domain: it sorts mail to the support desk.

use std::fmt;

use cryptofunk_metrics::{
    Label, agent,
    agent::{AgentSignal, CallError, McpClient},
    llm::LlmUsage,
    metrics,
};
use serde_json::json;

use crate::server::Forecast;

/// How soon a letter wants an answer.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    Urgent,
    Normal,
    Spam,
}

#[metrics(namespace = "weather", convention = ["agent", "llm"], lazy)]
#[convention(signal = Priority, buckets(confidence = [0.5, 0.9, 1.0]))]
pub mod mail {
    /// Letters that were read.
    pub fn letters_total() -> Counter;
}

/// How soon a letter wants an answer, and how sure the agent is.
#[derive(Debug)]
pub struct Verdict(pub Priority, f64);

impl AgentSignal for Verdict {
    type Kind = Priority;
    fn kind(&self) -> Priority {
        self.0
    }
    fn confidence(&self) -> f64 {
        self.1
    }
}

/// What a language model says of a letter. It costs a token a word.
#[derive(Debug)]
pub struct Opinion {
    is_spam: bool,
    words: u64,
}

impl LlmUsage for Opinion {
    fn prompt_tokens(&self) -> u64 {
        self.words
    }
    fn completion_tokens(&self) -> u64 {
        1
    }
}

/// Why a letter is not sorted.
#[derive(Debug)]
pub enum Unsorted {
    Illegible,
    NoForecast(CallError),
}

impl fmt::Display for Unsorted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsorted::Illegible => f.write_str("the model cannot read the letter"),
            Unsorted::NoForecast(error) => write!(f, "no forecast: {error}"),
        }
    }
}

/// A language model: who answers, and which one.
#[derive(Debug)]
pub struct Model {
    pub provider: String,
    pub name: String,
}

/// The agent.
#[derive(Debug)]
pub struct Sorter {
    models: [Model; 2],
    weather: McpClient,
}

impl Sorter {
    /// An agent that asks the MCP server at this URL.
    pub fn new(weather: &str) -> Self {
        let model = |provider: &str, name: &str| Model { provider: provider.to_owned(), name: name.to_owned() };
        Sorter {
            models: [model("mistral", "small-3"), model("anthropic", "haiku-5")],
            weather: McpClient::new("weather", weather).recorded_by::<Self>(),
        }
    }
}

/// Sorts mail to the support desk.
#[agent(name = "sorter", port = 9301, families = mail)]
impl Sorter {
    /// Sorts a letter. One about a city is urgent if it rains there; a model looks at all others, a larger one at long ones.
    #[analysis]
    pub async fn sort(&self, letter: &str) -> Result<Verdict, Unsorted> {
        mail::letters_total().inc();
        if let Some(city) = letter.strip_prefix("city ") {
            let forecast = self.weather.call::<Forecast>("forecast", json!({ "city": city })).await;
            let rain = forecast.map_err(Unsorted::NoForecast)?.rain;
            return Ok(if rain { Verdict(Priority::Urgent, 0.95) } else { Verdict(Priority::Normal, 0.5) });
        }
        let model = &self.models[usize::from(letter.len() > 20)];
        let opinion = self.ask(model, letter).await?;
        Ok(if opinion.is_spam { Verdict(Priority::Spam, 0.75) } else { Verdict(Priority::Normal, 0.75) })
    }

    #[llm_call(provider = model.provider, model = model.name)]
    async fn ask(&self, model: &Model, letter: &str) -> Result<Opinion, Unsorted> {
        match letter {
            "%%%" => Err(Unsorted::Illegible),
            _ => Ok(Opinion {
                is_spam: letter.contains("prize"),
                words: letter.split_whitespace().count().try_into().unwrap_or(u64::MAX),
            }),
        }
    }
}

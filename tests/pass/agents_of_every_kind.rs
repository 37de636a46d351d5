//! Everything that an agent's block may hold.

#![deny(warnings)]

use std::{fmt, sync::Arc, time::Duration};

use cryptofunk_metrics::{Label, 
    Agent, Component, agent,
    agent::{AgentSignal, LlmUsage, TimedOut},
};
use cryptofunk_tests::domain::risk;

#[derive(Debug, PartialEq)]
struct Hold;

#[derive(Label, Clone, Copy)]
enum Kind { Hold }

impl AgentSignal for Hold {
    type Kind = Kind;
    fn kind(&self) -> Kind {
        Kind::Hold
    }
    fn confidence(&self) -> f64 {
        1.0
    }
}

struct Answer;

impl LlmUsage for Answer {
    fn prompt_tokens(&self) -> u64 {
        1
    }
    fn completion_tokens(&self) -> u64 {
        1
    }
}

type Result<T, E = Late> = std::result::Result<T, E>;

#[derive(Debug, PartialEq)]
struct Late;

impl From<TimedOut> for Late {
    fn from(_: TimedOut) -> Self {
        Late
    }
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("late")
    }
}

pub struct Patient<T> {
    mood: T,
}

/// Waits.
#[agent(name = "patient-agent", port = 9300, healthy_within = "1m", version = "2.0", metrics = [risk])]
impl<T: Send + Sync + Clone> Patient<T> {
    /// Looks at words.
    #[analysis(timeout = "1s")]
    async fn analyze<'a, W>(&self, words: &'a [W], (_, more): (u8, &'a str)) -> Result<Hold>
    where
        W: AsRef<str> + Sync,
    {
        if words.is_empty() {
            return Err(Late);
        }
        self.ask(words[0].as_ref()).await?;
        self.read(more).await.map_err(|_| Late)?;
        Ok(Hold)
    }

    #[llm_call(provider = "openai", timeout = "500ms")]
    async fn ask(&self, prompt: &str) -> Result<Answer> {
        let _ = prompt;
        Ok(Answer)
    }

    #[llm_call(provider = "lexicon")]
    pub async fn read(&self, prompt: &str) -> Result<impl LlmUsage + use<T>, std::convert::Infallible> {
        let _ = prompt;
        Ok(Answer)
    }

    #[health_check(name = "mood")]
    fn mood(&self) -> Result<()> {
        let _ = self.mood.clone();
        Ok(())
    }

    #[health_check]
    async fn weather(&self) -> std::result::Result<(), &'static str> {
        Ok(())
    }

    /// Stays as it is.
    pub fn new(mood: T) -> Self {
        Patient { mood }
    }
}

#[tokio::main(flavor = "current_thread")]
pub async fn main() {
    assert_eq!(<Patient<u8>>::NAME, "patient-agent");
    assert_eq!(<Patient<u8>>::VERSION, "2.0");
    assert_eq!(<Patient<u8>>::PROVIDERS, ["openai", "lexicon"]);
    assert_eq!(<Patient<u8>>::HEALTHY_WITHIN, Duration::from_secs(60));
    let patient = Arc::new(Patient::new(7u8));
    assert_eq!(patient.analyze(&["a"], (0, "b")).await, Ok(Hold));
    assert_eq!(patient.analyze::<String>(&[], (0, "b")).await, Err(Late));
    cryptofunk_metrics::exporter::Exporter::of(&patient);
    let text = cryptofunk_metrics::encode_text();
    for line in [
        r#"cryptofunk_agent_signals_total{agent="patient-agent",type="hold"} 1"#,
        r#"cryptofunk_agent_analysis_duration_seconds_count{agent="patient-agent"} 2"#,
        r#"cryptofunk_agent_llm_calls_total{agent="patient-agent",provider="lexicon",status="success"} 1"#,
        r#"cryptofunk_var_value_usd{confidence="0.99"} 0"#,
    ] {
        assert!(text.contains(line), "{line}");
    }
}

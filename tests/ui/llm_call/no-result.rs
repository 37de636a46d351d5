use cryptofunk_metrics::{agent, agent::{AgentSignal, LlmUsage, SignalType}};

struct Hold;

impl AgentSignal for Hold {
    fn kind(&self) -> SignalType {
        SignalType::Hold
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

struct Patient;

/// Waits.
#[agent(name = "patient-agent", port = 9300)]
impl Patient {
    #[analysis]
    async fn analyze(&self) -> Result<Hold, String> {
        Ok(Hold)
    }

    #[llm_call(provider = "openai")]
    async fn ask(&self) -> Answer {
        Answer
    }
}

fn main() {}

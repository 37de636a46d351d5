use cryptofunk_metrics::{Label, agent, agent::{AgentSignal, LlmUsage}};

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

struct Patient;

/// Waits.
#[agent(name = "patient-agent", port = 9300)]
impl Patient {
    #[analysis]
    async fn analyze(&self) -> Result<Hold, String> {
        Ok(Hold)
    }

    #[llm_call(provder = "openai")]
    async fn ask(&self) -> Result<Answer, String> {
        Ok(Answer)
    }
}

fn main() {}

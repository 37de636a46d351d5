//! `Result` under other names: the macros see the name, and the compiler the type.

use std::sync::Arc;

use cryptofunk_metrics::{
    Label, agent, agent::AgentSignal, encode_text, exporter::Exporter, llm::LlmUsage, llm::TimedOut,
};

type Outcome<T> = Result<T, Reason>;
type Fine = Outcome<()>;
type Concluded = Outcome<Call>;

#[derive(Debug)]
struct Reason;

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a reason")
    }
}

impl From<TimedOut> for Reason {
    fn from(_: TimedOut) -> Self {
        Reason
    }
}

#[derive(Label, Clone, Copy)]
enum Move {
    Left,
    Right,
}

struct Call(Move);

impl AgentSignal for Call {
    type Kind = Move;

    fn kind(&self) -> Move {
        self.0
    }

    fn confidence(&self) -> f64 {
        0.5
    }
}

struct Answer;

impl LlmUsage for Answer {
    fn prompt_tokens(&self) -> u64 {
        3
    }

    fn completion_tokens(&self) -> u64 {
        4
    }
}

struct Driver;

/// Drives.
#[agent(name = "driver", port = 9314)]
impl Driver {
    #[analysis(timeout = "1s")]
    async fn turn(&self, side: Move) -> Concluded {
        Ok(Call(side))
    }

    #[llm_call(provider = "openai")]
    async fn ask(&self, works: bool) -> Outcome<Answer> {
        if works { Ok(Answer) } else { Err(Reason) }
    }

    #[health_check]
    async fn wheels(&self) -> Fine {
        Err(Reason)
    }
}

#[tokio::test]
async fn a_result_by_another_name_is_measured_like_any() {
    let driver = Arc::new(Driver);
    let _exporter = Exporter::of(&driver);
    for side in [Move::Left, Move::Right].map(|side| side.label_value().to_owned()) {
        let start = format!(r#"cryptofunk_agent_signals_total{{agent="driver",type="{side}"}} 0"#);
        assert!(encode_text().contains(&start), "from the start: {start}");
    }
    assert!(driver.turn(Move::Right).await.is_ok_and(|call| matches!(call.0, Move::Right)));
    assert!(driver.ask(true).await.is_ok() && driver.ask(false).await.is_err());
    let text = encode_text();
    for line in [
        r#"cryptofunk_agent_signals_total{agent="driver",type="right"} 1"#,
        r#"cryptofunk_agent_llm_calls_total{agent="driver",provider="openai",status="success"} 1"#,
        r#"cryptofunk_agent_llm_calls_total{agent="driver",provider="openai",status="error"} 1"#,
    ] {
        assert!(text.contains(line), "{line}");
    }
}

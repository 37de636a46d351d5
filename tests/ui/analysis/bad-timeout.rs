use cryptofunk_metrics::{agent, agent::{AgentSignal, SignalType, TimedOut}};

struct Hold;

impl AgentSignal for Hold {
    fn kind(&self) -> SignalType {
        SignalType::Hold
    }
    fn confidence(&self) -> f64 {
        1.0
    }
}

struct Patient;

/// Waits.
#[agent(name = "patient-agent", port = 9300)]
impl Patient {
    #[analysis(timeout = "five seconds")]
    async fn analyze(&self) -> Result<Hold, TimedOut> {
        Ok(Hold)
    }
}

fn main() {}

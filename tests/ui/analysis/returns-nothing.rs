use cryptofunk_metrics::{agent, agent::{AgentSignal, SignalType}};

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
    #[analysis]
    async fn analyze(&self) {
        
    }
}

fn main() {}

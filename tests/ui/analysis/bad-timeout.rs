use cryptofunk_metrics::{Label, agent, agent::{AgentSignal, TimedOut}};

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

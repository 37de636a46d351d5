use cryptofunk_metrics::{Label, agent, agent::AgentSignal};

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
    #[analysis]
    async fn analyze(&self) {
        
    }
}

fn main() {}

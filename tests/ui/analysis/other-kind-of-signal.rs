use cryptofunk_metrics::{Label, agent, agent::AgentSignal, metrics};

#[derive(Label, Clone, Copy)]
enum Kind { Hold }

#[derive(Label, Clone, Copy)]
enum Priority { Urgent, Later }

#[metrics(namespace = "mail", convention = "agent")]
#[convention(signal = super::Priority)]
mod families {}

struct Hold;

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
#[agent(name = "patient-agent", port = 9300, families = families)]
impl Patient {
    #[analysis]
    async fn analyze(&self) -> Result<Hold, String> {
        Ok(Hold)
    }
}

fn main() {
    let _ = (Priority::Urgent, Priority::Later, Patient.analyze());
}

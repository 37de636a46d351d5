use cryptofunk_metrics::agent;

struct Patient;

/// Waits.
#[agent(name = "patient-agent", port = 9300)]
impl Default for Patient {
    fn default() -> Self {
        Patient
    }
}

fn main() {}

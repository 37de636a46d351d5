use cryptofunk_metrics::agent;

/// Waits.
#[agent(name = "patient-agent", port = 9300)]
struct Patient;

fn main() {}

use std::time::Duration;

use super::agent_metrics::AgentMetrics;
use crate::component::Component;

/// An agent whose work is measured; [`#[agent]`](macro@crate::agent) implements it.
pub trait Agent: Component {
    /// The providers of its LLM calls, as far as they are written in the attributes.
    const PROVIDERS: &'static [&'static str];
    /// How old the last success may be for the agent to count as healthy.
    const HEALTHY_WITHIN: Duration = Duration::from_secs(30);

    /// Says that a heartbeat has arrived where it was sent. From the first on, the agent's health depends on them.
    fn heartbeat_arrived() {
        Self::__metrics().heartbeat_arrived();
    }

    /// Whether the agent counts as healthy now.
    fn is_healthy() -> bool {
        Self::__metrics().health().is_ok()
    }

    #[doc(hidden)]
    fn __metrics() -> &'static AgentMetrics;
}

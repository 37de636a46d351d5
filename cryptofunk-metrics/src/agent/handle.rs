use std::time::Duration;

use super::agent_metrics::AgentMetrics;
use crate::component::Component;

/// An agent whose work is measured; [`#[agent]`](macro@crate::agent) implements it.
pub trait Agent: Component {
    /// The providers of its LLM calls, as far as they are written in the attributes.
    const PROVIDERS: &'static [&'static str];
    /// How old the last success may be for the agent to count as healthy.
    const HEALTHY_WITHIN: Duration = Duration::from_secs(30);

    /// Notes that a heartbeat of this agent has arrived. Call it where the receiver confirms one. From the first call on, the agent is
    /// healthy only while its last heartbeat is recent.
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

//! Which bus the environment asks for.

use std::sync::Arc;

use super::{Bus, Loopback, Nats};
use crate::settings::{WrongSetting, variable};

/// The bus of an agent: NATS if the environment names one, else the orchestrator at this URL.
///
/// The messages of agents are not counted by subject: every agent would expose the same series. What they send is counted as
/// signals, and where it arrives.
pub async fn of_agent(orchestrator: String) -> anyhow::Result<Arc<dyn Bus>> {
    match nats_url()? {
        Some(url) => Ok(Arc::new(Nats::connect(&url).await?)),
        None => Ok(Arc::new(Loopback::new(orchestrator))),
    }
}

/// Where NATS is, if there is one.
pub fn nats_url() -> Result<Option<String>, WrongSetting> {
    variable("NATS_URL", "a URL, such as nats://127.0.0.1:4222")
}

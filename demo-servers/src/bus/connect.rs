//! Which bus the environment asks for.

use std::sync::Arc;

use super::{Bus, Loopback, Nats};
use crate::settings;

/// The bus of an agent: NATS if the environment names one, else the orchestrator at this URL.
///
/// The messages of agents are not counted by subject: every agent would expose the same series. What they send is counted as
/// signals, and where it arrives.
pub(crate) async fn of_agent(orchestrator: String) -> anyhow::Result<Arc<dyn Bus>> {
    match settings::nats_url()? {
        Some(url) => Ok(Arc::new(Nats::connect(&url).await?)),
        None => Ok(Arc::new(Loopback::new(orchestrator, settings::api_token_file()))),
    }
}

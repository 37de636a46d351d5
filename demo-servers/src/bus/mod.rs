//! How components tell each other what happens: signals and heartbeats of agents, decisions and rounds of the orchestrator.
//!
//! With `NATS_URL` the messages go over NATS; otherwise the orchestrator itself passes them on, over HTTP on its own port.

mod loopback;
pub mod message;
mod nats;

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;
use cryptofunk_metrics::Label;
use futures_util::stream::BoxStream;
pub use loopback::{Hub, Loopback};
pub use nats::Nats;

pub use crate::domain::nats::Subject;
use crate::{
    orchestrator::Orchestrator,
    settings::{self, WrongSetting},
};

/// Why a message did not go out or nothing comes in.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum BusError {
    #[error("the orchestrator does not take messages at {url}: {reason}")]
    Loopback { url: String, reason: String },
    #[error("NATS does not answer: {0}")]
    Nats(String),
    #[error("nobody listens to `{}`", .0.label_value())]
    NobodyListens(Subject),
}

/// A way for messages, which are JSON.
#[async_trait]
pub trait Bus: Debug + Send + Sync {
    /// Sends a message to all who listen to its subject.
    async fn publish(&self, subject: Subject, message: Vec<u8>) -> Result<(), BusError>;

    /// Listens to a subject. The stream ends when the connection is lost for good.
    async fn subscribe(&self, subject: Subject) -> Result<BoxStream<'static, Vec<u8>>, BusError>;

    /// Whether messages would go out now.
    async fn check(&self) -> Result<(), BusError>;
}

/// The bus of an agent, as the environment says.
///
/// The messages of agents are not counted by subject: every agent would expose the same series. What they send is counted as
/// signals, and where it arrives.
pub async fn of_agent() -> Result<Arc<dyn Bus>, anyhow::Error> {
    match nats_url()? {
        Some(url) => Ok(Arc::new(Nats::connect(&url).await?)),
        None => Ok(Arc::new(Loopback::new(settings::url_of::<Orchestrator>()?))),
    }
}

/// Where NATS is, if there is one.
pub fn nats_url() -> Result<Option<String>, WrongSetting> {
    settings::variable("NATS_URL", "a URL, such as nats://127.0.0.1:4222")
}

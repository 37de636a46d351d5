//! The interface of every way for messages.

use std::{fmt::Debug, path::PathBuf};

use async_trait::async_trait;
use cryptofunk_metrics::Label;
use futures_util::stream::BoxStream;

use crate::domain::nats::Subject;

/// Why a message did not go out or nothing comes in.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub(crate) enum BusError {
    #[error("the orchestrator does not take messages at {url}: {reason}")]
    Loopback { url: String, reason: String },
    #[error("cannot read {}, which API_TOKEN_FILE names: {reason}", file.display())]
    Token { file: PathBuf, reason: String },
    #[error("NATS does not answer: {0}")]
    Nats(String),
    #[error("nobody listens to `{}`", .0.label_value())]
    NobodyListens(Subject),
}

/// A way for messages, which are JSON.
#[async_trait]
pub(crate) trait Bus: Debug + Send + Sync {
    /// Sends a message to all who listen to its subject.
    async fn publish(&self, subject: Subject, message: Vec<u8>) -> Result<(), BusError>;

    /// Listens to a subject. The stream ends when the connection is lost for good.
    async fn subscribe(&self, subject: Subject) -> Result<BoxStream<'static, Vec<u8>>, BusError>;

    /// Whether messages would go out now.
    async fn check(&self) -> Result<(), BusError>;
}

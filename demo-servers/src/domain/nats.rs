//! Messages between components.

use cryptofunk_metrics::{Label, metrics};

/// The subject of a message.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Signals of agents.
    Signals,
    /// Decisions of the orchestrator.
    Decisions,
    /// Signs of life.
    Heartbeats,
    /// Pause and resume.
    Control,
}

#[metrics(namespace = "cryptofunk", lazy)]
mod declarations {
    /// NATS messages published by subject.
    pub fn nats_messages_published_total(subject: Subject) -> Counter;

    /// NATS messages received by subject.
    pub fn nats_messages_received_total(subject: Subject) -> Counter;
}
pub use declarations::*;

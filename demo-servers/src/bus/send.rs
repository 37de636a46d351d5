//! Sending and hearing messages, each in the trace that it belongs to.

use cryptofunk_metrics::{
    Label,
    trace::{TARGET, TraceContext},
};
use serde::Serialize;
use tracing::{Span, info_span};

use super::{Bus, BusError, Subject, message::Traced};

/// Sends a message to all who listen to its subject, with the trace that is current.
pub(crate) async fn send(bus: &dyn Bus, subject: Subject, message: &impl Serialize) -> Result<(), BusError> {
    let traced = Traced { message, trace: TraceContext::current() };
    bus.publish(subject, serde_json::to_vec(&traced).expect("messages are plain data")).await
}

/// A span for what is done about a message, within the sender's.
pub(crate) fn received(subject: Subject, trace: &TraceContext) -> Span {
    let span = info_span!(
        target: TARGET,
        "bus",
        "otel.name" = format!("process {}", subject.label_value()),
        "otel.kind" = "consumer",
        "messaging.operation.name" = "process",
        "messaging.operation.type" = "process",
        "messaging.destination.name" = subject.label_value(),
    );
    trace.continue_in(&span);
    span
}

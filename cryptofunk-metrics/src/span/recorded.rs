use opentelemetry::trace::{Status, TraceContextExt};
use tracing::{Instrument, Span, instrument::Instrumented};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::exemplar::Sampled;

/// The span of one call. It ends when all clones of this are dropped.
#[derive(Debug, Clone)]
pub(crate) struct CallSpan(Span);

impl CallSpan {
    /// Of a call that the layer around it measures.
    #[cfg(feature = "mcp")]
    pub(super) fn none() -> Self {
        CallSpan(Span::none())
    }

    pub(super) fn new(span: Span) -> Self {
        CallSpan(span)
    }

    /// The span, if somebody wants it.
    pub(super) fn wanted(&self) -> Option<&Span> {
        (!self.0.is_disabled()).then_some(&self.0)
    }

    /// What the call does, in its span.
    pub(crate) fn around<F: Future>(&self, work: F) -> Instrumented<F> {
        work.instrument(self.0.clone())
    }

    /// Sets an attribute; no attribute is set twice.
    #[cfg(any(feature = "mcp", feature = "mcp-client"))]
    pub(super) fn set(&self, attribute: &'static str, value: &str) {
        self.0.record(attribute, value);
    }

    /// The call has failed in this way. `code` is that of a JSON-RPC error.
    pub(super) fn fail(&self, kind: &str, code: Option<i32>, description: &str) {
        let Some(span) = self.wanted() else { return };
        match code {
            Some(code) => {
                let code = code.to_string();
                span.record("error.type", &*code);
                span.record("rpc.response.status_code", &*code);
            }
            None => _ = span.record("error.type", kind),
        }
        span.set_status(Status::error(description.to_owned()));
    }

    /// What the call records has this as exemplar.
    pub(crate) fn sampled(&self) -> Sampled {
        match self.wanted() {
            Some(span) => Sampled::of(span.context().span().span_context()),
            None => Sampled::NONE,
        }
    }
}

use std::{collections::BTreeMap, sync::LazyLock};

use opentelemetry::{
    Context,
    baggage::BaggageExt,
    propagation::{Extractor, Injector, TextMapPropagator},
    trace::TraceContextExt,
};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use serde::{Deserialize, Serialize};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

static TRACE: LazyLock<TraceContextPropagator> = LazyLock::new(TraceContextPropagator::new);
static BAGGAGE: LazyLock<BaggagePropagator> = LazyLock::new(BaggagePropagator::new);

/// Where a trace context comes from, such as the `_meta` of a request.
pub(crate) trait Carrier {
    /// The value under one of the keys `traceparent`, `tracestate` and `baggage`.
    fn value(&self, key: &str) -> Option<&str>;
}

struct Read<'a>(&'a dyn Carrier);

impl Extractor for Read<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.value(key)
    }

    fn keys(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// This context with what the carrier has.
pub(crate) fn extracted(context: &Context, carrier: &dyn Carrier) -> Context {
    let context = TRACE.extract_with_context(context, &Read(carrier));
    BAGGAGE.extract_with_context(&context, &Read(carrier))
}

/// What of a context travels, by key.
pub(crate) fn injected(context: &Context) -> BTreeMap<String, String> {
    struct Written(BTreeMap<String, String>);
    impl Injector for Written {
        fn set(&mut self, key: &str, value: String) {
            // A `tracestate` without entries says nothing.
            if !value.is_empty() {
                self.0.insert(key.to_owned(), value);
            }
        }
    }
    let mut written = Written(BTreeMap::new());
    if context.span().span_context().is_valid() {
        TRACE.inject_context(context, &mut written);
    }
    if !context.baggage().is_empty() {
        BAGGAGE.inject_context(context, &mut written);
    }
    written.0
}

/// A trace context for messages of yours: W3C's `traceparent`, `tracestate` and `baggage`.
///
/// The sender puts [`TraceContext::current`] into the message. The receiver makes its span [continue](TraceContext::continue_in) it.
/// Without a current span, it is empty.
///
/// ```
/// use cryptofunk_metrics::trace::TraceContext;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Order {
///     cups: u32,
///     #[serde(default, skip_serializing_if = "TraceContext::is_empty")]
///     trace: TraceContext,
/// }
///
/// # fn main() -> serde_json::Result<()> {
/// let sent = serde_json::to_string(&Order { cups: 2, trace: TraceContext::current() })?;
///
/// let order: Order = serde_json::from_str(&sent)?;
/// let span = tracing::info_span!("brew", order.cups);
/// order.trace.continue_in(&span);
/// span.in_scope(|| { /* work */ });
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TraceContext(BTreeMap<String, String>);

impl TraceContext {
    /// The context of the current span.
    pub fn current() -> Self {
        Context::map_current(|context| TraceContext(injected(context)))
    }

    /// Whether it names no span.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Makes the sender's span the parent of `span`. Call it before `span` is entered.
    pub fn continue_in(&self, span: &Span) {
        if !self.is_empty() && !span.is_disabled() {
            // It fails where no layer of OpenTelemetry's has the span.
            let _ = span.set_parent(extracted(&Context::current(), self));
        }
    }
}

impl Carrier for TraceContext {
    fn value(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for TraceContext {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(entries: T) -> Self {
        TraceContext(entries.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn of(entries: &[(&str, &str)]) -> TraceContext {
        entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_comes_goes_on() {
        let whole = of(&[("traceparent", PARENT), ("tracestate", "rojo=1,congo=2"), ("baggage", "user=alice")]);
        assert_eq!(injected(&extracted(&Context::new(), &whole)), whole.0);
        let parent = of(&[("traceparent", PARENT)]);
        assert_eq!(injected(&extracted(&Context::new(), &parent)), parent.0);
        let baggage = of(&[("baggage", "user=alice")]);
        assert_eq!(injected(&extracted(&Context::new(), &baggage)), baggage.0);
    }

    #[test]
    fn what_is_no_trace_context_is_none() {
        for wrong in ["", "00", "00-0-0-01", &PARENT.replace("4bf9", "zzzz"), &format!("ff{}", &PARENT[2..])] {
            assert!(injected(&extracted(&Context::new(), &of(&[("traceparent", wrong)]))).is_empty(), "{wrong}");
        }
        assert!(TraceContext::current().is_empty());
    }
}

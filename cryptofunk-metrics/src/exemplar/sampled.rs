use crate::cell::{Counter, Histogram};

#[cfg(feature = "trace")]
use super::labels::{Exemplar, SpanIds};

/// The span that a call belongs to, if it is sampled: what the call records has it as exemplar. Empty without the feature `trace`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampled(#[cfg(feature = "trace")] Option<SpanIds>);

impl Sampled {
    /// Of a call without a span.
    #[cfg(feature = "trace")]
    pub(crate) const NONE: Self = Sampled(None);
    /// Of any call.
    #[cfg(all(feature = "exporter", not(feature = "trace")))]
    pub(crate) const NONE: Self = Sampled();

    /// The span that is current.
    #[inline(always)]
    pub(crate) fn current() -> Self {
        #[cfg(feature = "trace")]
        return opentelemetry::Context::map_current(|context| {
            use opentelemetry::trace::TraceContextExt;
            if context.has_active_span() { Self::of(context.span().span_context()) } else { Self::NONE }
        });
        #[cfg(not(feature = "trace"))]
        Sampled()
    }

    /// Counts one.
    #[inline(always)]
    pub(crate) fn inc(self, counter: Counter) {
        counter.inc();
        #[cfg(feature = "trace")]
        if let Some(exemplar) = self.exemplar() {
            counter.mark(1, exemplar);
        }
    }

    /// Records a duration in clock ticks.
    #[inline(always)]
    pub(crate) fn observe_ticks(self, histogram: Histogram, ticks: u64) {
        histogram.observe_ticks(ticks);
        #[cfg(feature = "trace")]
        if let Some(exemplar) = self.exemplar() {
            histogram.mark_ticks(ticks, exemplar);
        }
    }
}

#[cfg(feature = "exporter")]
impl Sampled {
    /// Counts `n`.
    #[inline(always)]
    pub(crate) fn inc_by(self, counter: Counter, n: u64) {
        counter.inc_by(n);
        #[cfg(feature = "trace")]
        if let Some(exemplar) = self.exemplar() {
            counter.mark(n, exemplar);
        }
    }

    /// Records a value.
    #[inline(always)]
    pub(crate) fn observe(self, histogram: Histogram, value: f64) {
        histogram.observe(value);
        #[cfg(feature = "trace")]
        if let Some(exemplar) = self.exemplar() {
            histogram.mark(value, exemplar);
        }
    }
}

#[cfg(feature = "trace")]
impl Sampled {
    /// The span of this context, if it is sampled.
    pub(crate) fn of(context: &opentelemetry::trace::SpanContext) -> Self {
        let ids = || SpanIds { trace: context.trace_id().to_bytes(), span: context.span_id().to_bytes() };
        Sampled((context.is_valid() && context.is_sampled()).then(ids))
    }

    pub(crate) fn exemplar(self) -> Option<Exemplar> {
        self.0.map(Exemplar::of_span)
    }
}

#[cfg(feature = "trace")]
impl Exemplar {
    /// The current span, if it is sampled, as the labels `trace_id` and `span_id`. Tools such as Grafana find the trace by them.
    ///
    /// ```
    /// # #[cryptofunk_metrics::metrics(namespace = "doc", subsystem = "current_exemplar")]
    /// # mod kitchen {
    /// #     /// Time from order to plate.
    /// #     #[metric(buckets = [60.0, 300.0])]
    /// #     pub fn cooking_seconds() -> Histogram;
    /// # }
    /// use cryptofunk_metrics::Exemplar;
    ///
    /// kitchen::cooking_seconds().observe_with_exemplar(240.0, Exemplar::current());
    /// ```
    pub fn current() -> Option<Self> {
        Sampled::current().exemplar()
    }
}

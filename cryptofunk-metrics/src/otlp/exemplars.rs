//! Exemplars of data points.

use opentelemetry_proto::tonic::metrics::v1::{Exemplar, exemplar::Value};

use super::resource::attribute;
use crate::exemplar::store::Recorded;

/// The ids of a span have fields of their own; other labels are attributes.
pub(super) fn exemplars(newest: impl IntoIterator<Item = Option<Recorded>>) -> Vec<Exemplar> {
    newest.into_iter().flatten().map(one).collect()
}

fn one(recorded: Recorded) -> Exemplar {
    let span = recorded.exemplar.span();
    let labels = recorded.exemplar.labels().filter(|_| span.is_none());
    Exemplar {
        filtered_attributes: labels.map(|(name, value)| attribute(name, &value)).collect(),
        time_unix_nano: recorded.at.as_nanos() as u64,
        span_id: span.map(|span| span.span.to_vec()).unwrap_or_default(),
        trace_id: span.map(|span| span.trace.to_vec()).unwrap_or_default(),
        value: Some(Value::AsDouble(recorded.value)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::exemplar::SpanIds;

    #[test]
    fn the_exemplar_of_a_span_has_its_ids() {
        let (trace, span) = ([7; 16], [9; 8]);
        let exemplar = crate::exemplar::Exemplar::of_span(SpanIds { trace, span });
        let recorded = Recorded { exemplar, value: 1.0, at: Duration::from_secs(1) };
        let [exemplar] = &exemplars([Some(recorded), None])[..] else { panic!("one of two") };
        assert!(exemplar.filtered_attributes.is_empty());
        assert_eq!((&*exemplar.trace_id, &*exemplar.span_id), (&trace[..], &span[..]));
        assert_eq!(exemplar.time_unix_nano, 1_000_000_000);
    }
}

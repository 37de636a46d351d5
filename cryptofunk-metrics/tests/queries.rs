//! Queries made from the catalogue itself pass; the same queries with one name, label or value changed do not.

use cryptofunk_metrics::{
    CATALOG, Query,
    descriptor::{LabelValues, MetricDescriptor, MetricKind},
};
use cryptofunk_metrics_query::{Arena, Purpose, parse};
use proptest::prelude::*;

/// What the compiler would say: the query, or the message. The query lives as long as the test.
fn check(query: &str) -> Result<Query, String> {
    let tree = parse(Box::leak(Box::new(Arena::new())), query)?;
    let text: &'static str = query.to_owned().leak();
    std::panic::catch_unwind(|| Query::unchecked(text, tree).checked(&CATALOG.into(), Purpose::Series, "", &[], &[]))
        .map_err(|message| message.downcast_ref::<String>().cloned().unwrap_or_default())
}

/// A query of a family: its rate or its value, with a matcher and a grouping by labels that it has.
#[derive(Debug, Clone)]
struct Made {
    metric: String,
    matcher: Option<(String, String)>,
    by: Option<String>,
    kind: MetricKind,
}

impl Made {
    fn text(&self) -> String {
        let matcher = self.matcher.as_ref().map_or(String::new(), |(label, value)| format!("{{{label}=\"{value}\"}}"));
        let series = match self.kind {
            MetricKind::Gauge => format!("{}{matcher}", self.metric),
            MetricKind::Counter => format!("rate({}{matcher}[5m])", self.metric),
            _ => format!("rate({}_count{matcher}[5m])", self.metric),
        };
        match &self.by {
            Some(label) => format!("sum by ({label}) ({series})"),
            None => series,
        }
    }
}

fn made() -> impl Strategy<Value = Made> {
    let families: Vec<&'static MetricDescriptor> = CATALOG.iter().collect();
    (prop::sample::select(families), any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>())
        .prop_map(|(family, which, value, grouped)| {
            let label = (!family.labels.is_empty()).then(|| family.labels[which.index(family.labels.len())]);
            let matcher = label.and_then(|label| match label.values {
                LabelValues::Closed(values) | LabelValues::OnDemand(values) => {
                    Some((label.name.to_owned(), values[value.index(values.len())].to_owned()))
                }
                _ => None,
            });
            let by = label.filter(|_| grouped).map(|label| label.name.to_owned());
            Made { metric: family.name.to_owned(), matcher, by, kind: family.kind }
        })
}

proptest! {
    #[test]
    fn what_the_catalogue_has_passes_and_what_it_has_not_does_not(made in made(), typo in "[xzq]{2}") {
        prop_assert!(check(&made.text()).is_ok(), "{}: {:?}", made.text(), check(&made.text()).err());

        let name = Made { metric: made.metric.clone() + &typo, ..made.clone() };
        let message = check(&name.text()).expect_err("no such metric");
        prop_assert!(message.starts_with(&format!("unknown metric `{}", made.metric)) && message.contains("did you mean"), "{message}");

        if let Some((label, value)) = &made.matcher {
            let wrong = Made { matcher: Some((label.clone() + &typo, value.clone())), ..made.clone() };
            prop_assert!(check(&wrong.text()).expect_err("no such label").contains("has no label"));
            let wrong = Made { matcher: Some((label.clone(), value.clone() + &typo)), ..made.clone() };
            prop_assert!(check(&wrong.text()).expect_err("no such value").contains("is never"));
        }
        if let Some(label) = &made.by {
            let wrong = Made { by: Some(label.clone() + &typo), ..made.clone() };
            prop_assert!(check(&wrong.text()).expect_err("no such label").starts_with("grouped by"));
        }
        let text = match made.kind {
            MetricKind::Gauge => format!("rate({}[5m])", made.metric),
            MetricKind::Counter => format!("delta({}[5m])", made.metric),
            _ => format!("histogram_quantile(0.9, sum(rate({}_bucket[5m])))", made.metric),
        };
        prop_assert!(check(&text).is_err(), "{text}");
    }
}

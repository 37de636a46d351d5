//! Queries made from the catalogue itself pass; the same queries with one name, label or value changed do not.

use cryptofunk_metrics::{
    CATALOG, Query,
    descriptor::{LabelValues, MetricDescriptor, MetricKind},
    query::{Grouping, Many, MatchOperator, Matcher, Matching, Node},
};
use cryptofunk_metrics_query as text;
use proptest::prelude::*;

/// What the macro writes as a constant, made while the test runs. It lives as long as the test.
fn constant(node: text::Node) -> Node {
    fn word(word: String) -> &'static str {
        word.leak()
    }
    fn words(words: Vec<String>) -> &'static [&'static str] {
        words.into_iter().map(word).collect::<Vec<_>>().leak()
    }
    fn leaked(node: text::Node) -> &'static Node {
        Box::leak(Box::new(constant(node)))
    }
    match node {
        text::Node::Selector { metric, matchers, range_ms } => {
            let matchers = matchers.into_iter().map(|matcher| Matcher {
                label: word(matcher.label),
                operator: match matcher.operator {
                    text::MatchOperator::Equal => MatchOperator::Equal,
                    text::MatchOperator::NotEqual => MatchOperator::NotEqual,
                    text::MatchOperator::Regex => MatchOperator::Regex,
                    text::MatchOperator::NotRegex => MatchOperator::NotRegex,
                },
                value: word(matcher.value),
            });
            let matchers = matchers.collect::<Vec<_>>().leak();
            Node::Selector { metric: word(metric), matchers, range_ms: range_ms.unwrap_or(0) }
        }
        text::Node::Number => Node::Number,
        text::Node::Text(text) => Node::Text(word(text)),
        text::Node::Call { function, arguments } => {
            let arguments = arguments.into_iter().map(constant).collect::<Vec<_>>().leak();
            Node::Call { function: word(function), arguments }
        }
        text::Node::Aggregate { operator, grouping, labels, parameter, of } => Node::Aggregate {
            operator: word(operator),
            grouping: match grouping {
                text::Grouping::All => Grouping::All,
                text::Grouping::By => Grouping::By,
                text::Grouping::Without => Grouping::Without,
            },
            labels: words(labels),
            parameter: parameter.map_or(&Node::Number, |parameter| leaked(*parameter)),
            of: leaked(*of),
        },
        text::Node::Binary { operator, matching, labels, many, include, left, right } => Node::Binary {
            operator: word(operator),
            matching: match matching {
                text::Matching::All => Matching::All,
                text::Matching::On => Matching::On,
                text::Matching::Ignoring => Matching::Ignoring,
            },
            labels: words(labels),
            many: match many {
                text::Many::None => Many::None,
                text::Many::Left => Many::Left,
                text::Many::Right => Many::Right,
            },
            include: words(include),
            left: leaked(*left),
            right: leaked(*right),
        },
        text::Node::Subquery(inner) => Node::Subquery(leaked(*inner)),
    }
}

/// What the compiler would say: the query, or the message.
fn check(query: &str) -> Result<Query, String> {
    let root: &'static Node = Box::leak(Box::new(constant(text::parse(query)?)));
    let text: &'static str = query.to_owned().leak();
    std::panic::catch_unwind(|| Query::checked(&CATALOG, text, root))
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
            MetricKind::Histogram => format!("rate({}_count{matcher}[5m])", self.metric),
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
                LabelValues::Closed(values) => {
                    Some((label.name.to_owned(), values[value.index(values.len())].to_owned()))
                }
                LabelValues::Fixed | LabelValues::Open { .. } => None,
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
            MetricKind::Histogram => format!("histogram_quantile(0.9, sum(rate({}_bucket[5m])))", made.metric),
        };
        prop_assert!(check(&text).is_err(), "{text}");
    }
}

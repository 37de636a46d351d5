//! What can be wrong with a query, one function a subject. Every mistake is told.
//!
//! Each message names what is wrong, why, and what to write instead.

use super::{
    ANY, Check, Grouping, MatchOperator, Matcher, Matching, Node,
    findings::Findings,
    labels::{Has, Named, declared, first_vector, has, is_cumulative, is_scalar, listed, named},
    pattern::{self, Matches},
    sides::never_meet,
    suggest::{Words, did_you_mean},
};
use crate::{
    Catalog,
    descriptor::{LabelValues, MetricDescriptor},
    message::{Message, contains, same},
};

/// The shortest range that a rate has two samples in: twice the longest scrape interval that is recommended, 15 s.
const SHORTEST_RANGE_MS: u64 = 30_000;

/// Every mistake of a query, inner ones first.
pub(super) const fn check<'a>(catalog: &Catalog, node: &'a Node<'a>, found: &mut Findings<'_>) {
    match node {
        Node::Number | Node::Text(_) => {}
        Node::Selector { metric, matchers, range_ms } => selector(catalog, metric, matchers, *range_ms, found),
        Node::Subquery(inner) => check(catalog, inner, found),
        Node::Call { function, arguments } => {
            let mut left: &[Node<'a>] = arguments;
            while let [argument, rest @ ..] = left {
                check(catalog, argument, found);
                left = rest;
            }
            call(catalog, function, arguments, found);
        }
        Node::Aggregate { grouping, labels, parameter, of, .. } => {
            check(catalog, parameter, found);
            check(catalog, of, found);
            grouped(catalog, *grouping, labels, of, found);
        }
        Node::Binary { left, right, .. } => {
            check(catalog, left, found);
            check(catalog, right, found);
            binary(catalog, node, found);
        }
    }
}

/// Finds the labels that a template prints and the query's series do not have.
pub(super) const fn template<'a>(catalog: &Catalog, root: &'a Node<'a>, printed: &[&str], found: &mut Findings<'_>) {
    let mut i = 0;
    while i < printed.len() {
        if matches!(has(catalog, root, printed[i]), Has::No) {
            let message = Message::new()
                .push("a template prints the label `")
                .push(printed[i])
                .push("`, but the query's series do not have it, so it prints nothing; keep the label in the grouping, or leave it out of the text");
            found.add(Check::TemplateLabel, message);
        }
        i += 1;
    }
}

const fn selector<'a>(
    catalog: &Catalog,
    metric: &'a str,
    matchers: &'a [Matcher<'a>],
    range_ms: u64,
    found: &mut Findings<'_>,
) {
    let (family, is_buckets) = match named(catalog, metric) {
        Named::Nothing => {
            let message = Message::new().push("unknown metric `").push(metric).push("`");
            found.add(
                Check::UnknownMetric,
                did_you_mean(message, metric, Words::Metrics(catalog))
                    .push(" (the catalogue has no family of this name)"),
            );
            return;
        }
        Named::NoRecord => {
            let message =
                Message::new().push("the recording rule `").push(metric).push("` is used, but no rule records it");
            found.add(Check::UndefinedRecord, did_you_mean(message, metric, Words::Records(catalog)));
            return;
        }
        Named::NoHistogram(family) => {
            found.add(
                Check::NotAHistogram,
                Message::new()
                    .push("`")
                    .push(metric)
                    .push("` does not exist: `")
                    .push(family.name)
                    .push("` is a ")
                    .push(family.kind.as_str())
                    .push(", and only histograms have `_bucket`, `_sum` and `_count`"),
            );
            return;
        }
        Named::Bare(family) => {
            found.add(
                Check::BareHistogram,
                Message::new()
                    .push("the histogram `")
                    .push(family.name)
                    .push("` has no series of this name; ask for its `_bucket`, `_sum` or `_count`"),
            );
            return;
        }
        Named::Series(family) => (Some(family), false),
        Named::Buckets(family) => (Some(family), true),
        Named::Target | Named::Record(_) | Named::Foreign => (None, false),
    };
    if range_ms > 0 && range_ms < SHORTEST_RANGE_MS {
        found.add(
            Check::ShortRange,
            Message::new().push("the range of `").push(metric).push(
                "` is shorter than two scrapes, 30s, so it holds too few samples to answer anything; write `[1m]` or more",
            ),
        );
    }
    let Some(family) = family else { return };
    let mut matchers = matchers;
    while let [Matcher { label, operator, value }, left @ ..] = matchers {
        let operator = *operator;
        matchers = left;
        let is_le = is_buckets && same(label, "le");
        if !is_le && !catalog.is_target_label(label) && !contains(label, ANY) {
            match declared(family, label) {
                None => found.add(Check::UnknownLabel, no_label(family, label)),
                Some(descriptor) => {
                    let values = match descriptor.values {
                        LabelValues::Closed(values) => Some(values),
                        LabelValues::Fixed => catalog.told(label),
                        LabelValues::Open { .. } => None,
                    };
                    if let Some(values) = values
                        && let Some(message) = impossible(family, label, operator, value, values)
                    {
                        found.add(Check::UnknownValue, message);
                    }
                }
            }
        }
    }
}

const fn no_label(family: &'static MetricDescriptor, label: &str) -> Message {
    let message = Message::new().push("`").push(family.name).push("` has no label `").push(label).push("`");
    let message = did_you_mean(message, label, Words::Labels(family));
    let mut message = message.push(" (labels: ");
    let mut i = 0;
    while i < family.labels.len() {
        message = message.push("`").push(family.labels[i].name).push("`, ");
        i += 1;
    }
    message.push("and the target's `job` and `instance`)")
}

/// A matcher that no value of the label fits.
const fn impossible(
    family: &'static MetricDescriptor,
    label: &str,
    operator: MatchOperator,
    value: &str,
    values: &'static [&'static str],
) -> Option<Message> {
    let fits = match operator {
        // No label at all, which is how Prometheus reads an empty value.
        _ if value.is_empty() || contains(value, ANY) => true,
        MatchOperator::Equal | MatchOperator::NotEqual => listed(values, value),
        MatchOperator::Regex | MatchOperator::NotRegex => {
            let mut fits = false;
            let mut i = 0;
            while i < values.len() {
                fits |= !matches!(pattern::matches(value, values[i]), Matches::No);
                i += 1;
            }
            fits
        }
    };
    if fits {
        return None;
    }
    let message = Message::new()
        .push("label `")
        .push(label)
        .push("` of `")
        .push(family.name)
        .push("` is never `")
        .push(value)
        .push("`");
    let mut message = did_you_mean(message, value, Words::List(values)).push(" (values: ");
    let mut i = 0;
    while i < values.len() && i < 8 {
        message = message.push(if i == 0 { "`" } else { ", `" }).push(values[i]).push("`");
        i += 1;
    }
    Some(message.push(if values.len() > 8 { ", …)" } else { ")" }))
}

const fn call<'a>(catalog: &Catalog, function: &'a str, arguments: &'a [Node<'a>], found: &mut Findings<'_>) {
    let wants_counter = matches!(function.as_bytes(), b"rate" | b"irate" | b"increase");
    let wants_gauge = matches!(function.as_bytes(), b"delta" | b"idelta" | b"deriv" | b"predict_linear");
    if (wants_counter || wants_gauge)
        && let Some(Node::Selector { metric, .. }) = first_vector(arguments)
        && let Some(cumulative) = is_cumulative(catalog, metric)
    {
        if wants_counter && !cumulative {
            found.add(
                Check::RateOfGauge,
                Message::new()
                    .push("`")
                    .push(function)
                    .push("` of the gauge `")
                    .push(metric)
                    .push("`: a gauge goes down too, which this would take for a restart; write `delta`, or `deriv` for a change a second"),
            );
        }
        if wants_gauge && cumulative {
            found.add(
                Check::DeltaOfCounter,
                Message::new()
                    .push("`")
                    .push(function)
                    .push("` of the counter `")
                    .push(metric)
                    .push("`: it starts at 0 with every restart, which this would take for a fall; write `increase`, or `rate` for a change a second"),
            );
        }
    }
    if matches!(function.as_bytes(), b"histogram_quantile")
        && let Some(of) = first_vector(arguments)
        && matches!(has(catalog, of, "le"), Has::No)
    {
        let message = match buckets(catalog, of) {
            Some(metric) => Message::new()
                .push("`histogram_quantile` needs the label `le`, which was summed away from `")
                .push(metric)
                .push("`; add it to the grouping: `sum by (le, …) (…)`"),
            None => Message::new().push(
                "`histogram_quantile` needs the buckets of a histogram, `…_bucket`, which alone have the label `le`",
            ),
        };
        found.add(Check::QuantileWithoutBuckets, message);
    }
}

const fn grouped<'a>(
    catalog: &Catalog,
    grouping: Grouping,
    labels: &'a [&'a str],
    of: &'a Node<'a>,
    found: &mut Findings<'_>,
) {
    if matches!(grouping, Grouping::All) {
        return;
    }
    let what = if matches!(grouping, Grouping::By) { "grouped by" } else { "grouped without" };
    let mut labels = labels;
    while let [label, left @ ..] = labels {
        if matches!(has(catalog, of, label), Has::No) {
            found.add(Check::LostLabel, missing(catalog, what, label, of));
        }
        labels = left;
    }
}

/// The message about a label that an expression does not have: it never had it, or has lost it.
const fn missing<'a>(catalog: &Catalog, what: &str, label: &str, of: &'a Node<'a>) -> Message {
    let message = Message::new().push(what).push(" `").push(label).push("`, which ");
    let mut node = of;
    loop {
        match node {
            Node::Selector { metric, .. } => match named(catalog, metric) {
                Named::Series(family) | Named::Buckets(family) => {
                    let message = message.push("`").push(metric).push("` does not have");
                    return did_you_mean(message, label, Words::Labels(family));
                }
                _ => return message.push("`").push(metric).push("` does not have"),
            },
            Node::Call { arguments, .. } => match first_vector(arguments) {
                Some(inner) => node = inner,
                None => return message.push("is not there"),
            },
            Node::Subquery(inner) => node = inner,
            Node::Aggregate { of, .. } if matches!(has(catalog, of, label), Has::Yes) => {
                return message.push("is gone: the aggregation inside does not keep it; add it to its `by (…)`");
            }
            Node::Aggregate { of, .. } => node = of,
            Node::Binary { left, right, .. } => node = if is_scalar(left) { right } else { left },
            Node::Number | Node::Text(_) => return message.push("a number does not have"),
        }
    }
}

const fn binary<'a>(catalog: &Catalog, node: &'a Node<'a>, found: &mut Findings<'_>) {
    let Node::Binary { operator, matching, labels, many: _, include, left, right } = node else { return };
    if is_comparison(operator)
        && (is_scalar(left) || is_scalar(right))
        && let Some(metric) = bare_counter(catalog, if is_scalar(left) { right } else { left })
    {
        found.add(
            Check::BareCounter,
            Message::new()
                .push("the counter `")
                .push(metric)
                .push("` is compared as it is: it only grows, and starts at 0 with every restart; compare `rate(")
                .push(metric)
                .push("[5m])` or `increase(…)`"),
        );
    }
    if is_scalar(left) || is_scalar(right) {
        return;
    }
    let before = found.len();
    let mut i = 0;
    while i < labels.len() {
        let (on_left, on_right) = (has(catalog, left, labels[i]), has(catalog, right, labels[i]));
        if matches!(matching, Matching::On) {
            if matches!(on_left, Has::No) {
                found.add(Check::LostLabel, missing(catalog, "joined on", labels[i], left));
            } else if matches!(on_right, Has::No) {
                found.add(Check::LostLabel, missing(catalog, "joined on", labels[i], right));
            }
        } else if matches!(on_left, Has::No) && matches!(on_right, Has::No) {
            found.add(Check::LostLabel, missing(catalog, "joined ignoring", labels[i], left));
        }
        i += 1;
    }
    let mut i = 0;
    while i < include.len() {
        if matches!(has(catalog, left, include[i]), Has::No) && matches!(has(catalog, right, include[i]), Has::No) {
            found.add(Check::LostLabel, missing(catalog, "joined with", include[i], right));
        }
        i += 1;
    }
    if found.len() == before && !matches!(operator.as_bytes(), b"or") && !matches!(matching, Matching::On) {
        never_meet(catalog, operator, labels, left, right, found);
    }
}

/// The counter that a part has the bare value of.
const fn bare_counter<'a>(catalog: &Catalog, node: &'a Node<'a>) -> Option<&'a str> {
    match node {
        Node::Selector { metric, range_ms: 0, .. } => match is_cumulative(catalog, metric) {
            Some(true) => Some(metric),
            _ => None,
        },
        Node::Aggregate { operator, of, .. } if !matches!(operator.as_bytes(), b"count" | b"group") => {
            bare_counter(catalog, of)
        }
        Node::Binary { operator, left, right, .. } if is_arithmetic(operator) && is_scalar(right) => {
            bare_counter(catalog, left)
        }
        _ => None,
    }
}

/// The histogram whose buckets a part is made of.
const fn buckets<'a>(catalog: &Catalog, node: &'a Node<'a>) -> Option<&'a str> {
    match node {
        Node::Selector { metric, .. } => match named(catalog, metric) {
            Named::Buckets(_) => Some(metric),
            _ => None,
        },
        Node::Aggregate { of, .. } | Node::Subquery(of) => buckets(catalog, of),
        Node::Call { arguments, .. } => match first_vector(arguments) {
            Some(of) => buckets(catalog, of),
            None => None,
        },
        Node::Binary { left, .. } => buckets(catalog, left),
        Node::Number | Node::Text(_) => None,
    }
}

const fn is_comparison(operator: &str) -> bool {
    matches!(operator.as_bytes(), b"==" | b"!=" | b">" | b"<" | b">=" | b"<=")
}

pub(super) const fn is_arithmetic(operator: &str) -> bool {
    matches!(operator.as_bytes(), b"+" | b"-" | b"*" | b"/" | b"%" | b"^" | b"atan2")
}

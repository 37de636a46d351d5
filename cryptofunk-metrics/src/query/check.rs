//! What can be wrong with a query, one function a check. The first mistake that is found is told.
//!
//! Each message names what is wrong, why, and what to write instead.

use super::{
    Grouping, MatchOperator, Matcher, Matching, Node,
    labels::{Has, Named, TARGET, declared, first_vector, has, is_cumulative, is_scalar, listed, named},
    pattern::{self, Matches},
    sides::never_meet,
    suggest::{Words, did_you_mean},
};
use crate::{
    Catalog,
    descriptor::{LabelValues, MetricDescriptor},
    message::{Message, same},
};

/// The shortest range that a rate has two samples in: twice the longest scrape interval that is recommended, 15 s.
const SHORTEST_RANGE_MS: u64 = 30_000;

/// The first mistake of a query.
pub(super) const fn check(catalog: &Catalog, node: &'static Node) -> Option<Message> {
    match node {
        Node::Number | Node::Text(_) => None,
        Node::Selector { metric, matchers, range_ms } => selector(catalog, metric, matchers, *range_ms),
        Node::Subquery(inner) => check(catalog, inner),
        Node::Call { function, arguments } => {
            let mut i = 0;
            while i < arguments.len() {
                if let Some(message) = check(catalog, &arguments[i]) {
                    return Some(message);
                }
                i += 1;
            }
            call(catalog, function, arguments)
        }
        Node::Aggregate { grouping, labels, parameter, of, .. } => {
            if let Some(message) = check(catalog, parameter) {
                return Some(message);
            }
            if let Some(message) = check(catalog, of) {
                return Some(message);
            }
            grouped(catalog, *grouping, labels, of)
        }
        Node::Binary { left, right, .. } => {
            if let Some(message) = check(catalog, left) {
                return Some(message);
            }
            if let Some(message) = check(catalog, right) {
                return Some(message);
            }
            binary(catalog, node)
        }
    }
}

const fn selector(
    catalog: &Catalog,
    metric: &'static str,
    matchers: &'static [Matcher],
    range_ms: u64,
) -> Option<Message> {
    let (family, is_buckets) = match named(catalog, metric) {
        Named::Nothing => {
            let message = Message::new().push("unknown metric `").push(metric).push("`");
            return Some(
                did_you_mean(message, metric, Words::Metrics(catalog))
                    .push(" (the catalogue has no family of this name)"),
            );
        }
        Named::NoHistogram(family) => {
            return Some(
                Message::new()
                    .push("`")
                    .push(metric)
                    .push("` does not exist: `")
                    .push(family.name)
                    .push("` is a ")
                    .push(family.kind.as_str())
                    .push(", and only histograms have `_bucket`, `_sum` and `_count`"),
            );
        }
        Named::Bare(family) => {
            return Some(
                Message::new()
                    .push("the histogram `")
                    .push(family.name)
                    .push("` has no series of this name; ask for its `_bucket`, `_sum` or `_count`"),
            );
        }
        Named::Series(family) => (Some(family), false),
        Named::Buckets(family) => (Some(family), true),
        Named::Target | Named::Foreign => (None, false),
    };
    if range_ms > 0 && range_ms < SHORTEST_RANGE_MS {
        return Some(Message::new().push("the range of `").push(metric).push(
            "` is shorter than two scrapes, 30s, so it holds too few samples to answer anything; write `[1m]` or more",
        ));
    }
    let Some(family) = family else { return None };
    let mut i = 0;
    while i < matchers.len() {
        let Matcher { label, operator, value } = matchers[i];
        let is_le = is_buckets && same(label, "le");
        if !is_le && !listed(&TARGET, label) {
            match declared(family, label) {
                None => return Some(no_label(family, label)),
                Some(descriptor) => {
                    let values = match descriptor.values {
                        LabelValues::Closed(values) => Some(values),
                        LabelValues::Fixed => catalog.told(label),
                        LabelValues::Open { .. } => None,
                    };
                    if let Some(values) = values
                        && let Some(message) = impossible(family, label, operator, value, values)
                    {
                        return Some(message);
                    }
                }
            }
        }
        i += 1;
    }
    None
}

const fn no_label(family: &'static MetricDescriptor, label: &'static str) -> Message {
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
    label: &'static str,
    operator: MatchOperator,
    value: &'static str,
    values: &'static [&'static str],
) -> Option<Message> {
    let fits = match operator {
        // No label at all, which is how Prometheus reads an empty value.
        _ if value.is_empty() => true,
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

const fn call(catalog: &Catalog, function: &'static str, arguments: &'static [Node]) -> Option<Message> {
    let wants_counter = same(function, "rate") || same(function, "irate") || same(function, "increase");
    let wants_gauge = same(function, "delta")
        || same(function, "idelta")
        || same(function, "deriv")
        || same(function, "predict_linear");
    if (wants_counter || wants_gauge)
        && let Some(Node::Selector { metric, .. }) = first_vector(arguments)
        && let Some(cumulative) = is_cumulative(catalog, metric)
    {
        if wants_counter && !cumulative {
            return Some(
                Message::new()
                    .push("`")
                    .push(function)
                    .push("` of the gauge `")
                    .push(metric)
                    .push("`: a gauge goes down too, which this would take for a restart; write `delta`, or `deriv` for a change a second"),
            );
        }
        if wants_gauge && cumulative {
            return Some(
                Message::new()
                    .push("`")
                    .push(function)
                    .push("` of the counter `")
                    .push(metric)
                    .push("`: it starts at 0 with every restart, which this would take for a fall; write `increase`, or `rate` for a change a second"),
            );
        }
    }
    if same(function, "histogram_quantile")
        && let Some(of) = first_vector(arguments)
        && matches!(has(catalog, of, "le"), Has::No)
    {
        return Some(match buckets(catalog, of) {
            Some(metric) => Message::new()
                .push("`histogram_quantile` needs the label `le`, which was summed away from `")
                .push(metric)
                .push("`; add it to the grouping: `sum by (le, …) (…)`"),
            None => Message::new().push(
                "`histogram_quantile` needs the buckets of a histogram, `…_bucket`, which alone have the label `le`",
            ),
        });
    }
    None
}

const fn grouped(
    catalog: &Catalog,
    grouping: Grouping,
    labels: &'static [&'static str],
    of: &'static Node,
) -> Option<Message> {
    if matches!(grouping, Grouping::All) {
        return None;
    }
    let what = if matches!(grouping, Grouping::By) { "grouped by" } else { "grouped without" };
    let mut i = 0;
    while i < labels.len() {
        if matches!(has(catalog, of, labels[i]), Has::No) {
            return Some(missing(catalog, what, labels[i], of));
        }
        i += 1;
    }
    None
}

/// The message about a label that an expression does not have: it never had it, or has lost it.
const fn missing(catalog: &Catalog, what: &'static str, label: &'static str, of: &'static Node) -> Message {
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

const fn binary(catalog: &Catalog, node: &'static Node) -> Option<Message> {
    let Node::Binary { operator, matching, labels, many: _, include, left, right } = node else { return None };
    if is_comparison(operator)
        && (is_scalar(left) || is_scalar(right))
        && let Some(metric) = bare_counter(catalog, if is_scalar(left) { right } else { left })
    {
        return Some(
            Message::new()
                .push("the counter `")
                .push(metric)
                .push("` is compared as it is: it only grows, and starts at 0 with every restart; compare `rate(")
                .push(metric)
                .push("[5m])` or `increase(…)`"),
        );
    }
    if is_scalar(left) || is_scalar(right) {
        return None;
    }
    let mut i = 0;
    while i < labels.len() {
        let (on_left, on_right) = (has(catalog, left, labels[i]), has(catalog, right, labels[i]));
        let joined = matches!(matching, Matching::On);
        if joined && matches!(on_left, Has::No) {
            return Some(missing(catalog, "joined on", labels[i], left));
        }
        if joined && matches!(on_right, Has::No) {
            return Some(missing(catalog, "joined on", labels[i], right));
        }
        if !joined && matches!(on_left, Has::No) && matches!(on_right, Has::No) {
            return Some(missing(catalog, "joined ignoring", labels[i], left));
        }
        i += 1;
    }
    let mut i = 0;
    while i < include.len() {
        if matches!(has(catalog, left, include[i]), Has::No) && matches!(has(catalog, right, include[i]), Has::No) {
            return Some(missing(catalog, "joined with", include[i], right));
        }
        i += 1;
    }
    if same(operator, "or") || matches!(matching, Matching::On) {
        return None;
    }
    never_meet(catalog, operator, labels, left, right)
}

/// The counter that a part has the bare value of.
const fn bare_counter(catalog: &Catalog, node: &'static Node) -> Option<&'static str> {
    match node {
        Node::Selector { metric, range_ms: 0, .. } => match is_cumulative(catalog, metric) {
            Some(true) => Some(metric),
            _ => None,
        },
        Node::Aggregate { operator, of, .. } if !same(operator, "count") && !same(operator, "group") => {
            bare_counter(catalog, of)
        }
        Node::Binary { operator, left, right, .. } if is_arithmetic(operator) && is_scalar(right) => {
            bare_counter(catalog, left)
        }
        _ => None,
    }
}

/// The histogram whose buckets a part is made of.
const fn buckets(catalog: &Catalog, node: &'static Node) -> Option<&'static str> {
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
    listed(&["==", "!=", ">", "<", ">=", "<="], operator)
}

pub(super) const fn is_arithmetic(operator: &str) -> bool {
    listed(&["+", "-", "*", "/", "%", "^", "atan2"], operator)
}

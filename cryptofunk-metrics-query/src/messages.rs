//! The messages: what is wrong, why, and what to write instead.
//!
//! They stand apart from the checks because the compiler makes room for all that a function may need whenever it is called, and a
//! query that is right has no message.

use cryptofunk_metrics_catalog::{descriptor::MetricDescriptor, message::Message};

use crate::{
    labels::{Has, Named, first_vector, has, is_scalar, named},
    node::Node,
    schema::Schema,
    suggest::{Words, did_you_mean},
};

pub(crate) const fn unknown_metric(schema: &Schema, metric: &str) -> Message {
    let message = Message::new().push("unknown metric `").push(metric).push("`");
    did_you_mean(message, metric, Words::Metrics(schema)).push(" (the catalogue has no family of this name)")
}

pub(crate) const fn undefined_record(schema: &Schema, metric: &str) -> Message {
    let message = Message::new().push("the recording rule `").push(metric).push("` is used, but no rule records it");
    did_you_mean(message, metric, Words::Records(schema))
}

pub(crate) const fn not_a_histogram(family: &'static MetricDescriptor, metric: &str) -> Message {
    Message::new()
        .push("`")
        .push(metric)
        .push("` does not exist: `")
        .push(family.name)
        .push("` is a ")
        .push(family.kind.as_str())
        .push(", and only histograms have `_bucket`, `_sum` and `_count`")
}

pub(crate) const fn bare_histogram(family: &'static MetricDescriptor) -> Message {
    Message::new()
        .push("the histogram `")
        .push(family.name)
        .push("` has no series of this name; ask for its `_bucket`, `_sum` or `_count`")
}

pub(crate) const fn short_range(metric: &str, scrape_ms: u64) -> Message {
    Message::new()
        .push("the range of `")
        .push(metric)
        .push("` is shorter than two scrapes, one every ")
        .push_duration(scrape_ms)
        .push(", so it holds too few samples to answer anything; write `[")
        .push_duration(4 * scrape_ms)
        .push("]` or more")
}

/// A label that a metric does not have, with those that it has.
pub(crate) const fn unknown_label(family: &'static MetricDescriptor, label: &str) -> Message {
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

/// A value that no value of the label fits, with those that it has.
pub(crate) const fn unknown_value(
    family: &'static MetricDescriptor,
    label: &str,
    value: &str,
    values: &'static [&'static str],
) -> Message {
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
    message.push(if values.len() > 8 { ", …)" } else { ")" })
}

pub(crate) const fn rate_of_gauge(function: &str, metric: &str) -> Message {
    Message::new()
        .push("`")
        .push(function)
        .push("` of the gauge `")
        .push(metric)
        .push("`: a gauge goes down too, which this would take for a restart; write `delta`, or `deriv` for a change a second")
}

pub(crate) const fn delta_of_counter(function: &str, metric: &str) -> Message {
    Message::new()
        .push("`")
        .push(function)
        .push("` of the counter `")
        .push(metric)
        .push("`: it starts at 0 with every restart, which this would take for a fall; write `increase`, or `rate` for a change a second")
}

pub(crate) const fn bare_counter(metric: &str) -> Message {
    Message::new()
        .push("the counter `")
        .push(metric)
        .push("` is compared as it is: it only grows, and starts at 0 with every restart; compare `rate(")
        .push(metric)
        .push("[5m])` or `increase(…)`")
}

/// A quantile of what has no `le`, perhaps of a histogram that has lost it.
pub(crate) const fn quantile_without_buckets(buckets: Option<&str>) -> Message {
    match buckets {
        Some(metric) => Message::new()
            .push("`histogram_quantile` needs the label `le`, which was summed away from `")
            .push(metric)
            .push("`; add it to the grouping: `sum by (le, …) (…)`"),
        None => Message::new()
            .push("`histogram_quantile` needs the buckets of a histogram, `…_bucket`, which alone have the label `le`"),
    }
}

pub(crate) const fn template_label(label: &str) -> Message {
    Message::new()
        .push("a template prints the label `")
        .push(label)
        .push("`, but the query's series do not have it, so it prints nothing; keep the label in the grouping, or leave it out of the text")
}

/// A label that an expression does not have: it never had it, or has lost it.
pub(crate) const fn lost_label<'a>(schema: &Schema, what: &str, label: &str, of: &'a Node<'a>) -> Message {
    let message = Message::new().push(what).push(" `").push(label).push("`, which ");
    let mut node = of;
    loop {
        match node {
            Node::Selector { metric, .. } => match named(schema, metric) {
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
            Node::Aggregate { of, .. } if matches!(has(schema, of, label), Has::Yes) => {
                return message.push("is gone: the aggregation inside does not keep it; add it to its `by (…)`");
            }
            Node::Aggregate { of, .. } => node = of,
            Node::Binary { left, right, .. } => node = if is_scalar(left) { right } else { left },
            Node::Number | Node::Text(_) => return message.push("a number does not have"),
        }
    }
}

/// Sides that are selected by different values of a label.
pub(crate) const fn other_values(operator: &str, label: &str, on_left: &str, on_right: &str) -> Message {
    Message::new()
        .push("the sides of `")
        .push(operator)
        .push("` never match: `")
        .push(label)
        .push("` is `")
        .push(on_left)
        .push("` on the left and `")
        .push(on_right)
        .push("` on the right; add `ignoring (")
        .push(label)
        .push(")` or sum both sides")
}

pub(crate) const fn same_series(operator: &str, metric: &str) -> Message {
    Message::new()
        .push("every series of `")
        .push(metric)
        .push("` on one side of `")
        .push(operator)
        .push("` meets only itself on the other, since all labels must be equal: sum both sides first, as in `sum by (…) (…) ")
        .push(operator)
        .push(" sum by (…) (…)`")
}

/// Sides of which only one has a label.
pub(crate) const fn one_has(operator: &str, label: &str, with: &str, without: &str) -> Message {
    Message::new()
        .push("the sides of `")
        .push(operator)
        .push("` never match: only the ")
        .push(with)
        .push(" one has the label `")
        .push(label)
        .push("`, and all labels must be equal; group both sides alike, or say `on (…)` and perhaps `group_")
        .push(with)
        .push("`, or take `scalar(…)` of the ")
        .push(without)
        .push(" one")
}

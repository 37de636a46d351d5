//! Which labels the series of an expression have.

use cryptofunk_metrics_catalog::{
    descriptor::{LabelDescriptor, MetricDescriptor, MetricKind},
    message::{contains, same, starts_with},
    series_of_histogram,
};

use crate::{
    node::{ANY, Grouping, Many, Matching, Node},
    rules::Record,
    schema::Schema,
};

/// Whether series have a label.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Has {
    Yes,
    No,
    /// It depends on what is not in the catalogue.
    Unknown,
}

/// The labels that Prometheus gives to every target.
pub(crate) const TARGET: [&str; 2] = ["job", "instance"];

/// What a selector's name stands for.
#[derive(Clone, Copy)]
pub(crate) enum Named {
    /// A counter or a gauge, or the sum or the count of a histogram.
    Series(&'static MetricDescriptor),
    /// The buckets of a histogram.
    Buckets(&'static MetricDescriptor),
    /// The name of a histogram, which has no series of its own.
    Bare(&'static MetricDescriptor),
    /// `_bucket`, `_sum` or `_count` of a family that is no histogram.
    NoHistogram(&'static MetricDescriptor),
    /// What Prometheus adds to each target.
    Target,
    /// What a recording rule records.
    Record(&'static Record),
    /// The name of a recording rule that the rules do not have.
    NoRecord,
    /// Something of Prometheus, of the process or of others, whose labels nobody has declared.
    Foreign,
    /// Nothing.
    Nothing,
}

pub(crate) const fn named(schema: &Schema, name: &str) -> Named {
    if let Some(family) = schema.find(name) {
        return if matches!(family.kind, MetricKind::Histogram) { Named::Bare(family) } else { Named::Series(family) };
    }
    if let Some((base, is_buckets)) = series_of_histogram(name)
        && let Some(family) = schema.catalog().find_letters(base)
    {
        return match family.kind {
            MetricKind::Histogram if is_buckets => Named::Buckets(family),
            MetricKind::Histogram => Named::Series(family),
            _ => Named::NoHistogram(family),
        };
    }
    if matches!(name.as_bytes(), b"up" | [b's', b'c', b'r', b'a', b'p', b'e', b'_', ..]) {
        return Named::Target;
    }
    if contains(name, ":") && schema.has_rules() {
        return match schema.record(name) {
            Some(record) => Named::Record(record),
            None => Named::NoRecord,
        };
    }
    let foreign = matches!(name.as_bytes(), b"" | b"ALERTS" | b"ALERTS_FOR_STATE")
        || starts_with(name, "process_")
        || contains(name, ":")
        || contains(name, ANY)
        || schema.is_foreign(name);
    if foreign { Named::Foreign } else { Named::Nothing }
}

/// Whether the values of a selector of this name only go up.
pub(crate) const fn is_cumulative(schema: &Schema, name: &str) -> Option<bool> {
    match named(schema, name) {
        // The sum and the count of a histogram have the histogram's kind.
        Named::Series(family) => Some(!matches!(family.kind, MetricKind::Gauge)),
        Named::Buckets(_) => Some(true),
        Named::Target => Some(false),
        _ => None,
    }
}

/// The declared label of this name.
pub(crate) const fn declared(family: &'static MetricDescriptor, label: &str) -> Option<&'static LabelDescriptor> {
    let mut labels = family.labels;
    while let [one, left @ ..] = labels {
        if same(one.name, label) {
            return Some(one);
        }
        labels = left;
    }
    None
}

pub(crate) const fn listed(mut list: &[&str], word: &str) -> bool {
    while let [one, left @ ..] = list {
        if same(one, word) {
            return true;
        }
        list = left;
    }
    false
}

/// Whether the series of an expression have a label.
pub(crate) const fn has<'a>(schema: &Schema, node: &'a Node<'a>, label: &str) -> Has {
    match node {
        Node::Selector { metric, .. } => match named(schema, metric) {
            Named::Series(family) | Named::Bare(family) | Named::NoHistogram(family) => {
                sure(declared(family, label).is_some() || schema.is_target_label(label), label)
            }
            Named::Buckets(family) => {
                sure(declared(family, label).is_some() || schema.is_target_label(label) || same(label, "le"), label)
            }
            // Of other exporters it is not known either which labels their targets have.
            Named::Target if !schema.is_target_label(label) && schema.is_foreign("") => Has::Unknown,
            Named::Target => sure(schema.is_target_label(label), label),
            Named::Record(record) => record_has(schema, record, label),
            Named::Foreign | Named::Nothing | Named::NoRecord => Has::Unknown,
        },
        Node::Number | Node::Text(_) => Has::No,
        Node::Subquery(inner) => has(schema, inner, label),
        Node::Call { function, arguments } => {
            let Some(of) = first_vector(arguments) else { return Has::No };
            match (function.as_bytes(), label.as_bytes()) {
                (b"label_replace" | b"label_join", _) => match arguments {
                    [_, Node::Text(added), ..] if same(added, label) => Has::Yes,
                    _ => has(schema, of, label),
                },
                (b"absent" | b"absent_over_time", _) => Has::Unknown,
                (b"scalar", _) | (b"histogram_quantile", b"le") => Has::No,
                _ => has(schema, of, label),
            }
        }
        Node::Aggregate { operator, grouping, labels, parameter, of } => {
            match (operator.as_bytes(), parameter) {
                (b"topk" | b"bottomk" | b"limitk" | b"limit_ratio", _) => return has(schema, of, label),
                (b"count_values", Node::Text(added)) if same(added, label) => return Has::Yes,
                _ => {}
            }
            match grouping {
                Grouping::By if listed(labels, label) => has(schema, of, label),
                Grouping::By if has_any(labels) => Has::Unknown,
                Grouping::Without if !listed(labels, label) => has(schema, of, label),
                _ => Has::No,
            }
        }
        Node::Binary { operator, matching, labels, many, include, left, right } => {
            if is_scalar(right) {
                return has(schema, left, label);
            }
            if is_scalar(left) {
                return has(schema, right, label);
            }
            match operator.as_bytes() {
                b"and" | b"unless" => return has(schema, left, label),
                b"or" => {
                    let (left, right) = (has(schema, left, label), has(schema, right, label));
                    return if left as u8 == right as u8 { left } else { Has::Unknown };
                }
                _ => {}
            }
            match many {
                Many::Left if listed(include, label) => has(schema, right, label),
                Many::Left => has(schema, left, label),
                Many::Right if listed(include, label) => has(schema, left, label),
                Many::Right => has(schema, right, label),
                Many::None => match matching {
                    Matching::On if !listed(labels, label) => Has::No,
                    Matching::Ignoring if listed(labels, label) => Has::No,
                    _ => has(schema, left, label),
                },
            }
        }
    }
}

/// Whether what a rule records has a label. Of a rule on rules that is not known.
const fn record_has(schema: &Schema, record: &'static Record, label: &str) -> Has {
    let mut i = 0;
    while i < record.labels.len() {
        if same(record.labels[i].0, label) {
            return Has::Yes;
        }
        i += 1;
    }
    has(&schema.without_rules(), record.query.root(), label)
}

const fn sure(has: bool, label: &str) -> Has {
    if has {
        Has::Yes
    } else if contains(label, ANY) {
        Has::Unknown
    } else {
        Has::No
    }
}

/// Whether a variable of a dashboard stands among labels.
const fn has_any(mut labels: &[&str]) -> bool {
    while let [label, left @ ..] = labels {
        if contains(label, ANY) {
            return true;
        }
        labels = left;
    }
    false
}

/// Whether a part is one number, rather than series.
pub(crate) const fn is_scalar(node: &Node<'_>) -> bool {
    match node {
        Node::Number | Node::Text(_) => true,
        Node::Call { function, .. } => matches!(function.as_bytes(), b"scalar" | b"time" | b"pi"),
        Node::Binary { left, right, .. } => is_scalar(left) && is_scalar(right),
        _ => false,
    }
}

/// The first argument that is series.
pub(crate) const fn first_vector<'a>(mut arguments: &'a [Node<'a>]) -> Option<&'a Node<'a>> {
    while let [argument, left @ ..] = arguments {
        if !is_scalar(argument) {
            return Some(argument);
        }
        arguments = left;
    }
    None
}

pub(crate) const fn is_arithmetic(operator: &str) -> bool {
    matches!(operator.as_bytes(), b"+" | b"-" | b"*" | b"/" | b"%" | b"^" | b"atan2")
}

//! Which labels the series of an expression have.

use super::{ANY, Grouping, Many, Matching, Node, Record};
use crate::{
    Catalog,
    descriptor::{LabelDescriptor, MetricDescriptor, MetricKind},
    message::{contains, same, starts_with},
};

/// Whether series have a label.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Has {
    Yes,
    No,
    /// It depends on what is not in the catalogue.
    Unknown,
}

/// The labels that Prometheus gives to every target.
pub(super) const TARGET: [&str; 2] = ["job", "instance"];

/// What a selector's name stands for.
#[derive(Clone, Copy)]
pub(super) enum Named {
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

pub(super) const fn named(catalog: &Catalog, name: &str) -> Named {
    let modules = catalog.modules();
    let mut i = 0;
    while i < modules.len() {
        let families = modules[i];
        let mut j = 0;
        while j < families.len() {
            let known = families[j].name;
            // Lengths and last letters first: the compiler takes its time for each byte.
            if name.len() >= known.len() && may_be(name.as_bytes(), known.as_bytes()) && starts_with(name, known) {
                let family = &families[j];
                let is_histogram = matches!(family.kind, MetricKind::Histogram);
                match name.split_at(known.len()).1.as_bytes() {
                    b"" if is_histogram => return Named::Bare(family),
                    b"" => return Named::Series(family),
                    b"_bucket" if is_histogram => return Named::Buckets(family),
                    b"_sum" | b"_count" if is_histogram => return Named::Series(family),
                    b"_bucket" | b"_sum" | b"_count" => return Named::NoHistogram(family),
                    _ => {}
                }
            }
            j += 1;
        }
        i += 1;
    }
    if same(name, "up") || starts_with(name, "scrape_") {
        return Named::Target;
    }
    if contains(name, ":") && catalog.has_rules() {
        return match catalog.record(name) {
            Some(record) => Named::Record(record),
            None => Named::NoRecord,
        };
    }
    let foreign = name.is_empty()
        || same(name, "ALERTS")
        || same(name, "ALERTS_FOR_STATE")
        || starts_with(name, "process_")
        || contains(name, ":")
        || contains(name, ANY)
        || catalog.is_foreign(name);
    if foreign { Named::Foreign } else { Named::Nothing }
}

/// Whether the values of a selector of this name only go up.
pub(super) const fn is_cumulative(catalog: &Catalog, name: &str) -> Option<bool> {
    match named(catalog, name) {
        // The sum and the count of a histogram have the histogram's kind.
        Named::Series(family) => Some(!matches!(family.kind, MetricKind::Gauge)),
        Named::Buckets(_) => Some(true),
        Named::Target => Some(false),
        _ => None,
    }
}

/// The declared label of this name.
pub(super) const fn declared(family: &'static MetricDescriptor, label: &str) -> Option<&'static LabelDescriptor> {
    let mut i = 0;
    while i < family.labels.len() {
        if same(family.labels[i].name, label) {
            return Some(&family.labels[i]);
        }
        i += 1;
    }
    None
}

pub(super) const fn listed(list: &[&str], word: &str) -> bool {
    let mut i = 0;
    while i < list.len() {
        if same(list[i], word) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether the series of an expression have a label.
pub(super) const fn has<'a>(catalog: &Catalog, node: &'a Node<'a>, label: &str) -> Has {
    match node {
        Node::Selector { metric, .. } => match named(catalog, metric) {
            Named::Series(family) | Named::Bare(family) | Named::NoHistogram(family) => {
                sure(declared(family, label).is_some() || catalog.is_target_label(label), label)
            }
            Named::Buckets(family) => {
                sure(declared(family, label).is_some() || catalog.is_target_label(label) || same(label, "le"), label)
            }
            // Of other exporters it is not known either which labels their targets have.
            Named::Target if !catalog.is_target_label(label) && catalog.is_foreign("") => Has::Unknown,
            Named::Target => sure(catalog.is_target_label(label), label),
            Named::Record(record) => record.has_label(catalog, label),
            Named::Foreign | Named::Nothing | Named::NoRecord => Has::Unknown,
        },
        Node::Number | Node::Text(_) => Has::No,
        Node::Subquery(inner) => has(catalog, inner, label),
        Node::Call { function, arguments } => match first_vector(arguments) {
            None => Has::No,
            Some(of) if same(function, "label_replace") || same(function, "label_join") => match &arguments[1] {
                Node::Text(added) if same(added, label) => Has::Yes,
                _ => has(catalog, of, label),
            },
            Some(_) if same(function, "histogram_quantile") && same(label, "le") => Has::No,
            Some(_) if same(function, "absent") || same(function, "absent_over_time") => Has::Unknown,
            Some(_) if same(function, "scalar") => Has::No,
            Some(of) => has(catalog, of, label),
        },
        Node::Aggregate { operator, grouping, labels, parameter, of } => {
            let keeps = same(operator, "topk")
                || same(operator, "bottomk")
                || same(operator, "limitk")
                || same(operator, "limit_ratio");
            if keeps {
                return has(catalog, of, label);
            }
            if let Node::Text(added) = parameter
                && same(operator, "count_values")
                && same(added, label)
            {
                return Has::Yes;
            }
            match grouping {
                Grouping::By if listed(labels, label) => has(catalog, of, label),
                Grouping::By if has_any(labels) => Has::Unknown,
                Grouping::Without if !listed(labels, label) => has(catalog, of, label),
                _ => Has::No,
            }
        }
        Node::Binary { operator, matching, labels, many, include, left, right } => {
            if is_scalar(right) {
                return has(catalog, left, label);
            }
            if is_scalar(left) {
                return has(catalog, right, label);
            }
            if same(operator, "and") || same(operator, "unless") {
                return has(catalog, left, label);
            }
            if same(operator, "or") {
                let (left, right) = (has(catalog, left, label), has(catalog, right, label));
                return if left as u8 == right as u8 { left } else { Has::Unknown };
            }
            match many {
                Many::Left if listed(include, label) => has(catalog, right, label),
                Many::Left => has(catalog, left, label),
                Many::Right if listed(include, label) => has(catalog, left, label),
                Many::Right => has(catalog, right, label),
                Many::None => match matching {
                    Matching::On if !listed(labels, label) => Has::No,
                    Matching::Ignoring if listed(labels, label) => Has::No,
                    _ => has(catalog, left, label),
                },
            }
        }
    }
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
const fn has_any(labels: &[&str]) -> bool {
    let mut i = 0;
    while i < labels.len() {
        if contains(labels[i], ANY) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether a part is one number, rather than series.
pub(super) const fn is_scalar(node: &Node<'_>) -> bool {
    match node {
        Node::Number | Node::Text(_) => true,
        Node::Call { function, .. } => same(function, "scalar") || same(function, "time") || same(function, "pi"),
        Node::Binary { left, right, .. } => is_scalar(left) && is_scalar(right),
        _ => false,
    }
}

/// The first argument that is series.
pub(super) const fn first_vector<'a>(arguments: &'a [Node<'a>]) -> Option<&'a Node<'a>> {
    let mut i = 0;
    while i < arguments.len() {
        if !is_scalar(&arguments[i]) {
            return Some(&arguments[i]);
        }
        i += 1;
    }
    None
}

/// Whether a name can be that of a family, or of a series of a histogram, as its length and one letter tell.
const fn may_be(name: &[u8], family: &[u8]) -> bool {
    matches!(name.len() - family.len(), 0 | 4 | 6 | 7) && name[family.len() - 1] == family[family.len() - 1]
}

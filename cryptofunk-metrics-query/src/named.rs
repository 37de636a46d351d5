//! What the name of a selector stands for.

use cryptofunk_metrics_catalog::{
    descriptor::{LabelDescriptor, MetricDescriptor, MetricKind},
    message::{contains, same, starts_with},
    series_of_histogram,
};

use crate::{node::ANY, rules::Record, schema::Schema};

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

/// What a name stands for.
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

/// Whether two families have the same labels.
pub(crate) const fn labelled_alike(family: &'static MetricDescriptor, second: &'static MetricDescriptor) -> bool {
    let mut labels = family.labels;
    while let [label, left @ ..] = labels {
        if declared(second, label.name).is_none() {
            return false;
        }
        labels = left;
    }
    family.labels.len() == second.labels.len()
}

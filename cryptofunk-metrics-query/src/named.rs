//! What the name of a selector stands for.

use cryptofunk_metrics_catalog::{
    descriptor::{LabelDescriptor, MetricDescriptor, MetricKind},
    message::{contains, same, same_letters, starts_with},
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
    /// A histogram that is native, or may be, for nobody has declared its buckets: its name has series then.
    Native(&'static MetricDescriptor),
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
        return match family.kind {
            MetricKind::Histogram if family.native.is_some() || family.buckets.is_empty() => Named::Native(family),
            MetricKind::Histogram => Named::Bare(family),
            _ => Named::Series(family),
        };
    }
    if let Some((base, is_buckets)) = series_of_histogram(name)
        && let Some(family) = schema.catalog().find_letters(base)
    {
        return match family.kind {
            MetricKind::Histogram if is_buckets => Named::Buckets(family),
            MetricKind::Histogram => Named::Series(family),
            MetricKind::Counter | MetricKind::Gauge => Named::NoHistogram(family),
            _ => Named::Foreign,
        };
    }
    if is_of_targets(name) {
        return Named::Target;
    }
    if let Some(record) = schema.record(name) {
        return Named::Record(record);
    }
    if matches!(name.as_bytes(), b"" | b"ALERTS" | b"ALERTS_FOR_STATE")
        || starts_with(name, "process_")
        || contains(name, ANY)
        || schema.is_foreign(name)
        || is_created(schema, name)
    {
        return Named::Foreign;
    }
    match (contains(name, ":"), schema.has_rules()) {
        (true, true) => Named::NoRecord,
        (true, false) => Named::Foreign,
        _ => Named::Nothing,
    }
}

/// Whether this is when a family was created, as OpenMetrics has it: `orders_created` of `orders_total`.
const fn is_created(schema: &Schema, name: &str) -> bool {
    let Some((base, b"_created")) = name.as_bytes().split_at_checked(name.len().saturating_sub("_created".len()))
    else {
        return false;
    };
    let mut place = 0;
    while let Some(family) = schema.catalog().declaration(place) {
        if let Some((start, b"" | b"_total")) = family.name.as_bytes().split_at_checked(base.len())
            && same_letters(start, base)
        {
            return true;
        }
        place += 1;
    }
    false
}

/// Whether Prometheus adds the series to each target.
const fn is_of_targets(name: &str) -> bool {
    matches!(
        name.as_bytes(),
        b"up"
            | b"scrape_duration_seconds"
            | b"scrape_samples_scraped"
            | b"scrape_samples_post_metric_relabeling"
            | b"scrape_series_added"
            | b"scrape_timeout_seconds"
            | b"scrape_sample_limit"
            | b"scrape_body_size_bytes"
    )
}

/// The family whose labels the series of a name have.
pub(crate) const fn family(named: Named) -> Option<&'static MetricDescriptor> {
    match named {
        Named::Series(family)
        | Named::Buckets(family)
        | Named::Bare(family)
        | Named::Native(family)
        | Named::NoHistogram(family) => Some(family),
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

//! What a query takes its metrics to be. The macros check it under this assumption, in a program that runs: if it is right then, the
//! compiler need only compare the assumption with the catalogue, which takes it less time. Else it checks the query itself.

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, MetricDescriptor, MetricKind},
    key::key,
    message::take,
};

use crate::schema::Schema;

/// What metrics must be for a query to be right; nothing else of a schema is asked for then. Without bytes, it never holds.
///
/// The compiler takes longer for an expression than for reading these bytes: 1 if the metrics have the same labels, those that the query
/// does not name among them; the shortest range in milliseconds, in 4 bytes; and the metrics. Of each: what it is [`Assumed`] to be; the
/// key of its name, and of the histogram's if it has an ending of one; the number of labels that it must have, and their keys; labels with
/// a value that is not excluded, or with an empty one if no values may be known; and 0. Before each of the latter stands 1, and the label's
/// key; before each text its length. Keys have 8 bytes, and the lowest byte of a number comes first.
#[derive(Clone, Copy)]
pub(crate) struct Assumption<'a>(pub(crate) &'a [u8]);

/// What the series of a metric are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assumed {
    Counter = 1,
    Gauge = 2,
    /// The buckets of a histogram, all of which it declares.
    Buckets = 3,
    /// The sum or the count of a histogram, or a counter.
    Total = 4,
}

impl Assumption<'_> {
    /// Whether a schema has the metrics so.
    pub(crate) const fn holds(self, schema: &Schema) -> bool {
        const LE: u64 = key(b"le");
        let [alike, a, b, c, d, ref metrics @ ..] = *self.0 else { return false };
        let catalog = schema.catalog();
        if !catalog.is_keyed() || (u32::from_le_bytes([a, b, c, d]) as u64) < 2 * schema.scrape_interval_ms() {
            return false;
        }
        let le = catalog.label_bit(LE);
        let mut first: Option<u64> = None;
        let mut left = metrics;
        while let Some((family, labels, behind)) = family(catalog, left) {
            let Some(behind) = behind_labels(schema, family, labels, behind) else { return false };
            match first {
                Some(first) if alike == 1 && first != labels => return false,
                _ if labels & le != 0 => return false,
                _ => first = Some(labels),
            }
            left = behind;
        }
        matches!(left, [])
    }
}

/// A key, and what stands behind it.
const fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    match *bytes {
        [a, b, c, d, e, f, g, h, ref behind @ ..] => Some((u64::from_le_bytes([a, b, c, d, e, f, g, h]), behind)),
        _ => None,
    }
}

/// The family of the next metric with its labels, if it is what is assumed, and what stands behind its name.
const fn family<'b>(catalog: &Catalog, metric: &'b [u8]) -> Option<(&'static MetricDescriptor, u64, &'b [u8])> {
    const COUNTER: u8 = Assumed::Counter as u8;
    const GAUGE: u8 = Assumed::Gauge as u8;
    const BUCKETS: u8 = Assumed::Buckets as u8;
    const TOTAL: u8 = Assumed::Total as u8;
    let [assumed, ref name @ ..] = *metric else { return None };
    let Some((name, behind)) = number(name) else { return None };
    let found = catalog.keyed(name);
    if let COUNTER | GAUGE = assumed {
        let Some((family, labels)) = found else { return None };
        return match (assumed, family.kind) {
            (COUNTER, MetricKind::Counter) | (GAUGE, MetricKind::Gauge) => Some((family, labels, behind)),
            _ => None,
        };
    }
    let Some((base, behind)) = number(behind) else { return None };
    // A family of the whole name stands before a histogram.
    if let Some((family, labels)) = found {
        return match (assumed, family.kind) {
            (TOTAL, MetricKind::Counter) => Some((family, labels, behind)),
            _ => None,
        };
    }
    let Some((family, labels)) = catalog.keyed(base) else { return None };
    match (assumed, family.kind) {
        (TOTAL, MetricKind::Histogram) => Some((family, labels, behind)),
        (BUCKETS, MetricKind::Histogram) if family.native.is_none() && !family.buckets.is_empty() => {
            Some((family, labels, behind))
        }
        _ => None,
    }
}

/// What stands behind the labels of a metric, if its family has them, and can have the values.
const fn behind_labels<'b>(
    schema: &Schema,
    family: &'static MetricDescriptor,
    labels: u64,
    bytes: &'b [u8],
) -> Option<&'b [u8]> {
    let [mut count, ref left @ ..] = *bytes else { return None };
    let mut left = left;
    while count > 0 {
        let Some((label, behind)) = number(left) else { return None };
        if labels & schema.catalog().label_bit(label) == 0 {
            return None;
        }
        (left, count) = (behind, count - 1);
    }
    while let [1, ref pair @ ..] = *left {
        let Some((key, pair)) = number(pair) else { return None };
        let label = if labels & schema.catalog().label_bit(key) == 0 { None } else { find(family, pair) };
        let Some(behind) = behind_pair(schema, label, pair) else { return None };
        left = behind;
    }
    match *left {
        [_, ref behind @ ..] => Some(behind),
        [] => None,
    }
}

/// The label of a family with whose name a pair begins.
const fn find(family: &'static MetricDescriptor, pair: &[u8]) -> Option<&'static LabelDescriptor> {
    let [len, ref name @ ..] = *pair else { return None };
    let mut labels = family.labels;
    while let [label, left @ ..] = labels {
        if take(name, len, label.name.as_bytes()).0 {
            return Some(label);
        }
        labels = left;
    }
    None
}

/// What stands behind a label and its value, if the label can have it. An empty value is none that is known.
const fn behind_pair<'b>(schema: &Schema, label: Option<&'static LabelDescriptor>, pair: &'b [u8]) -> Option<&'b [u8]> {
    let [len, ref name @ ..] = *pair else { return None };
    let [len, ref value @ ..] = *take(name, len, b"").1 else { return None };
    if let Some(label) = label
        && let Some(mut known) = schema.known_values(label)
    {
        while let [first, left @ ..] = known {
            if len > 0
                && let (true, behind) = take(value, len, first.as_bytes())
            {
                return Some(behind);
            }
            known = left;
        }
        return None;
    }
    Some(take(value, len, b"").1)
}

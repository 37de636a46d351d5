//! What a query takes its metrics to be. The macros check it under this assumption, in a program that runs: if it is right then, the
//! compiler need only compare the assumption with the catalogue, which takes it less time. Else it checks the query itself.

use cryptofunk_metrics_catalog::{
    descriptor::{MetricDescriptor, MetricKind},
    message::same_letters,
    series_of,
};

use crate::{named::labelled_alike, schema::Schema};

/// What metrics must be for a query to be right; nothing else of a schema is asked for then. Without bytes, it never holds.
///
/// The compiler takes longer for an expression than for reading these bytes: 1 if the metrics have the same labels, those that the query
/// does not name among them; the shortest range in milliseconds, in 4 bytes, lowest first; texts in pairs, labels with a value that no
/// metric excludes, or with none if no metric's values may be known; and the metrics, each what it is [`Assumed`] to be, its name and
/// labels that it has. Each text has its length before it, and an empty one ends a list.
#[derive(Clone, Copy)]
pub(crate) struct Assumption<'a>(pub(crate) &'a [u8]);

/// What the series of a metric are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assumed {
    /// A counter, or the sum or the count of a histogram.
    Counter = 1,
    Gauge = 2,
    /// The buckets of a histogram, all of which it declares.
    Buckets = 3,
}

impl Assumption<'_> {
    /// Whether a schema has the metrics so.
    pub(crate) const fn holds(self, schema: &Schema) -> bool {
        let [alike, a, b, c, d, ref values @ ..] = *self.0 else { return false };
        if (u32::from_le_bytes([a, b, c, d]) as u64) < 2 * schema.scrape_interval_ms() {
            return false;
        }
        let mut left = values;
        while let (Some(_), behind) = text(left) {
            left = text(behind).1;
        }
        let mut left = text(left).1;
        let mut first: Option<&'static MetricDescriptor> = None;
        while let [assumed, ref name @ ..] = *left {
            let (Some(name), labels) = text(name) else { return false };
            let Some(family) = family(schema, name, assumed) else { return false };
            if declared(family, b"le") || !admits(schema, family, values) {
                return false;
            }
            match first {
                Some(first) if alike == 1 && !labelled_alike(first, family) => return false,
                _ => first = Some(family),
            }
            left = labels;
            while let (Some(label), behind) = text(left) {
                if !declared(family, label) {
                    return false;
                }
                left = behind;
            }
            left = text(left).1;
        }
        true
    }
}

/// The next text, unless it is empty, and what stands behind it. No length leads beyond the end: the macros wrote text and length.
const fn text(bytes: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match *bytes {
        [0, ref behind @ ..] => (None, behind),
        [len, ref left @ ..] => {
            let (text, behind) = left.split_at(len as usize);
            (Some(text), behind)
        }
        [] => (None, &[]),
    }
}

/// The family of a metric, if it is what is assumed.
const fn family(schema: &Schema, name: &[u8], assumed: u8) -> Option<&'static MetricDescriptor> {
    const COUNTER: u8 = Assumed::Counter as u8;
    const GAUGE: u8 = Assumed::Gauge as u8;
    const BUCKETS: u8 = Assumed::Buckets as u8;
    let catalog = schema.catalog();
    if let Some(family) = catalog.find_letters(name) {
        return match (assumed, family.kind) {
            (COUNTER, MetricKind::Counter) | (GAUGE, MetricKind::Gauge) => Some(family),
            _ => None,
        };
    }
    let Some((base, is_buckets)) = series_of(name) else { return None };
    let Some(family) = catalog.find_letters(base) else { return None };
    match (assumed, family.kind) {
        (COUNTER, MetricKind::Histogram) if !is_buckets => Some(family),
        (BUCKETS, MetricKind::Histogram) if is_buckets && family.native.is_none() && !family.buckets.is_empty() => {
            Some(family)
        }
        _ => None,
    }
}

/// Whether a family has a label.
const fn declared(family: &'static MetricDescriptor, label: &[u8]) -> bool {
    let mut labels = family.labels;
    while let [one, left @ ..] = labels {
        if same_letters(one.name.as_bytes(), label) {
            return true;
        }
        labels = left;
    }
    false
}

/// Whether the labels of a family can have the values, those labels of them that it has.
const fn admits(schema: &Schema, family: &'static MetricDescriptor, mut values: &[u8]) -> bool {
    while let (Some(label), behind) = text(values) {
        let (value, behind) = text(behind);
        let mut labels = family.labels;
        while let [one, left @ ..] = labels {
            if same_letters(one.name.as_bytes(), label)
                && let Some(known) = schema.known_values(one)
                && !is_among(known, value)
            {
                return false;
            }
            labels = left;
        }
        values = behind;
    }
    true
}

const fn is_among(mut texts: &[&str], text: Option<&[u8]>) -> bool {
    let Some(text) = text else { return false };
    while let [first, left @ ..] = texts {
        if same_letters(first.as_bytes(), text) {
            return true;
        }
        texts = left;
    }
    false
}

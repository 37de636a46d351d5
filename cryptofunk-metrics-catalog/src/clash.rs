//! When two families cannot stand in one exposition.

use crate::{
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
    message::{Message, same, same_letters},
    native::NativeHistogram,
};

impl MetricDescriptor {
    /// In what two declarations of one name differ: their type, their labels and so on. `None` if they declare the same family. Where they
    /// stand does not count.
    pub const fn difference(&self, other: &MetricDescriptor) -> Option<&'static str> {
        if self.kind as u8 != other.kind as u8 {
            Some("kinds")
        } else if !same_labels(self.labels, other.labels) {
            Some("labels")
        } else if !same_bounds(self.buckets, other.buckets) {
            Some("buckets")
        } else if !same_native(self.native, other.native) {
            Some("native buckets")
        } else if !same(self.help, other.help) {
            Some("help texts")
        } else {
            None
        }
    }
}

const fn same_labels(mut a: &[LabelDescriptor], mut b: &[LabelDescriptor]) -> bool {
    while let ([first, a_left @ ..], [second, b_left @ ..]) = (a, b) {
        if !same(first.name, second.name) || !first.values.is_same(&second.values) {
            return false;
        }
        (a, b) = (a_left, b_left);
    }
    a.is_empty() && b.is_empty()
}

impl LabelValues {
    /// Whether two labels have the same values, from the same source.
    pub const fn is_same(&self, other: &LabelValues) -> bool {
        match (self, other) {
            (LabelValues::Closed(a), LabelValues::Closed(b)) | (LabelValues::OnDemand(a), LabelValues::OnDemand(b)) => {
                same_texts(a, b)
            }
            (LabelValues::Open { limit: a }, LabelValues::Open { limit: b }) => *a == *b,
            (LabelValues::Fixed, LabelValues::Fixed) => true,
            _ => false,
        }
    }
}

const fn same_texts(mut a: &[&str], mut b: &[&str]) -> bool {
    while let ([first, a_left @ ..], [second, b_left @ ..]) = (a, b) {
        if !same(first, second) {
            return false;
        }
        (a, b) = (a_left, b_left);
    }
    a.is_empty() && b.is_empty()
}

const fn same_native(a: Option<NativeHistogram>, b: Option<NativeHistogram>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.is_same(&b),
        (None, None) => true,
        _ => false,
    }
}

const fn same_bounds(mut a: &[f64], mut b: &[f64]) -> bool {
    while let ([first, a_left @ ..], [second, b_left @ ..]) = (a, b) {
        if *first != *second {
            return false;
        }
        (a, b) = (a_left, b_left);
    }
    a.is_empty() && b.is_empty()
}

/// The name of a family in OpenMetrics: that of a counter lacks `_total`.
pub(crate) const fn openmetrics_name(family: &MetricDescriptor) -> &[u8] {
    match (family.kind, family.name.as_bytes()) {
        (MetricKind::Counter, [base @ .., b'_', b't', b'o', b't', b'a', b'l']) => base,
        (_, name) => name,
    }
}

/// Splits the name of a histogram's series into the family's name, and whether it ends in `_bucket`. `None` for other names.
///
/// ```
/// use cryptofunk_metrics_catalog::series_of_histogram;
///
/// assert_eq!(series_of_histogram("latency_seconds_bucket"), Some((&b"latency_seconds"[..], true)));
/// assert_eq!(series_of_histogram("latency_seconds_sum"), Some((&b"latency_seconds"[..], false)));
/// assert_eq!(series_of_histogram("orders_total"), None);
/// ```
pub const fn series_of_histogram(name: &str) -> Option<(&[u8], bool)> {
    series_of(name.as_bytes())
}

/// The same of bytes.
#[doc(hidden)]
pub const fn series_of(name: &[u8]) -> Option<(&[u8], bool)> {
    match name {
        [base @ .., b'_', b'b', b'u', b'c', b'k', b'e', b't'] => Some((base, true)),
        [base @ .., b'_', b's', b'u', b'm'] | [base @ .., b'_', b'c', b'o', b'u', b'n', b't'] => Some((base, false)),
        _ => None,
    }
}

/// Why two families of different names cannot stand in one exposition, or nothing if they can.
///
/// It reads both ways: which of the two comes first does not matter.
#[doc(hidden)]
pub const fn clash(one: &MetricDescriptor, other: &MetricDescriptor) -> Option<Message> {
    match taken(one, other) {
        Some(message) => Some(message),
        None => taken(other, one),
    }
}

/// Why `family` takes a name that belongs to `owner`.
const fn taken(family: &MetricDescriptor, owner: &MetricDescriptor) -> Option<Message> {
    let name = openmetrics_name(family);
    if name.len() < family.name.len() && same_letters(name, owner.name.as_bytes()) {
        let message = Message::new().push("the counter `").push(family.name).push("` and the ");
        let message = message.push(owner.kind.as_str()).push(" `").push(owner.name);
        return Some(message.push("` have one name in OpenMetrics, `").push(owner.name).push("`"));
    }
    if matches!(owner.kind, MetricKind::Counter | MetricKind::Histogram)
        && let [base @ .., b'_', b'c', b'r', b'e', b'a', b't', b'e', b'd'] = name
        && same_letters(base, openmetrics_name(owner))
    {
        let message = Message::new()
            .push("metric family `")
            .push(family.name)
            .push("` has the name that OpenMetrics keeps for when ");
        return Some(message.push("the ").push(owner.kind.as_str()).push(" `").push(owner.name).push("` was created"));
    }
    if matches!(owner.kind, MetricKind::Histogram)
        && let Some((base, _)) = series_of(name)
        && same_letters(base, owner.name.as_bytes())
    {
        let message = Message::new().push("metric family `").push(family.name);
        return Some(message.push("` has the name of a series of the histogram `").push(owner.name).push("`"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn family(name: &'static str, kind: MetricKind) -> MetricDescriptor {
        MetricDescriptor::new(name, kind)
    }

    #[test]
    fn names_clash_whichever_comes_first() {
        use MetricKind::{Counter, Gauge, Histogram};
        for (one, other, clashes) in [
            (family("x_total", Counter), family("x", Gauge), true),
            (family("x_total", Counter), family("x", Histogram), true),
            (family("x_total", Counter), family("x", Counter), true),
            (family("x_count", Gauge), family("x", Histogram), true),
            (family("x_bucket_total", Counter), family("x", Histogram), true),
            (family("x_sum", Counter), family("x", Histogram), true),
            (family("x_created", Gauge), family("x_total", Counter), true),
            (family("x_created", Gauge), family("x", Histogram), true),
            (family("x_created", Gauge), family("x", Gauge), false),
            (family("x_sum", Counter), family("x", Gauge), false),
            (family("x_total", Gauge), family("x", Gauge), false),
            (family("x_total", Counter), family("x_count", Gauge), false),
            (family("x_total", Counter), family("x_total_total", Gauge), false),
        ] {
            assert_eq!(clash(&one, &other).is_some(), clashes, "{one:?} {other:?}");
            assert_eq!(clash(&other, &one).is_some(), clashes, "{other:?} {one:?}");
        }
    }

    #[test]
    fn declarations_differ_in_everything_but_their_place() {
        const LABEL: LabelDescriptor = LabelDescriptor { name: "side", values: LabelValues::Closed(&["buy", "sell"]) };
        const ONE: MetricDescriptor = MetricDescriptor {
            help: "Orders.",
            labels: &[LABEL],
            buckets: &[1.0, 2.0],
            ..MetricDescriptor::new("shop_orders", MetricKind::Histogram)
        };
        const FEWER: LabelDescriptor = LabelDescriptor { name: "side", values: LabelValues::Closed(&["buy"]) };
        const RARER: LabelDescriptor =
            LabelDescriptor { name: "side", values: LabelValues::OnDemand(&["buy", "sell"]) };
        assert_eq!(ONE.difference(&MetricDescriptor { place: "elsewhere", ..ONE }), None);
        for (other, difference) in [
            (MetricDescriptor { kind: MetricKind::Gauge, ..ONE }, "kinds"),
            (MetricDescriptor { help: "Orders", ..ONE }, "help texts"),
            (MetricDescriptor { labels: &[], ..ONE }, "labels"),
            (MetricDescriptor { labels: &[FEWER], ..ONE }, "labels"),
            (MetricDescriptor { labels: &[RARER], ..ONE }, "labels"),
            (MetricDescriptor { buckets: &[1.0], ..ONE }, "buckets"),
            (MetricDescriptor { buckets: &[1.0, 3.0], ..ONE }, "buckets"),
            (MetricDescriptor { native: Some(NativeHistogram::DEFAULT), ..ONE }, "native buckets"),
        ] {
            assert_eq!(ONE.difference(&other), Some(difference));
        }
    }
}

//! The family that counts the values of open labels that found no place, one a namespace.

use cryptofunk_metrics_catalog::descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind};

/// The overflow family of this name. All modules of a namespace declare it alike, so that it is one family.
pub const fn descriptor(name: &'static str, place: &'static str) -> MetricDescriptor {
    MetricDescriptor {
        help: "Values of an open label that were recorded as `other` because its budget was used up.",
        labels: &[
            LabelDescriptor { name: "metric", values: LabelValues::Fixed },
            LabelDescriptor { name: "label", values: LabelValues::Fixed },
        ],
        convention: Some("component"),
        place,
        ..MetricDescriptor::new(name, MetricKind::Counter)
    }
}

/// The families that a module declares: all of these, without the last one, which counts overflow, if no label is open.
pub const fn declared(all: &'static [MetricDescriptor]) -> &'static [MetricDescriptor] {
    let [families @ .., _] = all else { return all };
    let mut left = families;
    while let [family, others @ ..] = left {
        let mut labels = family.labels;
        while let [label, rest @ ..] = labels {
            if matches!(label.values, LabelValues::Open { .. }) {
                return all;
            }
            labels = rest;
        }
        left = others;
    }
    families
}

//! Families of each type that Prometheus and OpenMetrics have, as declarations of what their series are called.

use std::collections::{BTreeMap, BTreeSet};

use cryptofunk_metrics_catalog::{
    Catalog, clash,
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
};

/// The type of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Type {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Info,
    StateSet,
    GaugeHistogram,
    #[default]
    Untyped,
}

impl Type {
    /// The type of a name, as `# TYPE` and catalogues have it.
    pub(super) fn named(name: &str) -> Self {
        match &*name.to_ascii_lowercase().replace(['_', '-', ' '], "") {
            "counter" | "floatcounter" => Type::Counter,
            "gauge" | "updowncounter" | "intgauge" => Type::Gauge,
            "histogram" | "nativehistogram" | "exponentialhistogram" => Type::Histogram,
            "summary" => Type::Summary,
            "info" => Type::Info,
            "stateset" => Type::StateSet,
            "gaugehistogram" => Type::GaugeHistogram,
            _ => Type::Untyped,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Type::Counter => "counter",
            Type::Gauge => "gauge",
            Type::Histogram => "histogram",
            Type::Summary => "summary",
            Type::Info => "info",
            Type::StateSet => "stateset",
            Type::GaugeHistogram => "gaugehistogram",
            Type::Untyped => "untyped",
        }
    }

    fn kind(self) -> MetricKind {
        match self {
            Type::Counter => MetricKind::Counter,
            Type::Gauge | Type::Info | Type::StateSet => MetricKind::Gauge,
            Type::Histogram => MetricKind::Histogram,
            Type::Summary | Type::GaugeHistogram | Type::Untyped => MetricKind::Untyped,
        }
    }
}

/// The declarations of a family's series: one for most types.
pub(super) fn series(kind: Type, base: MetricDescriptor) -> Vec<MetricDescriptor> {
    let named = |suffix: &str, kind, label: Option<&'static str>| MetricDescriptor {
        name: format!("{}{suffix}", base.name).leak(),
        kind,
        labels: with_label(base.labels, label),
        ..base
    };
    match kind {
        Type::Summary => vec![
            named("", MetricKind::Gauge, Some("quantile")),
            named("_sum", MetricKind::Counter, None),
            named("_count", MetricKind::Counter, None),
        ],
        Type::GaugeHistogram => vec![
            named("_bucket", MetricKind::Gauge, Some("le")),
            named("_gsum", MetricKind::Gauge, None),
            named("_gcount", MetricKind::Gauge, None),
        ],
        Type::Info if !base.name.ends_with("_info") => vec![named("_info", MetricKind::Gauge, None)],
        Type::StateSet => vec![named("", MetricKind::Gauge, Some(base.name))],
        _ => vec![MetricDescriptor { kind: kind.kind(), ..base }],
    }
}

fn with_label(labels: &'static [LabelDescriptor], name: Option<&'static str>) -> &'static [LabelDescriptor] {
    match name {
        Some(name) if labels.iter().all(|label| label.name != name) => {
            let mut all = labels.to_vec();
            all.push(LabelDescriptor { name, values: LabelValues::Open { limit: 0 } });
            all.leak()
        }
        _ => labels,
    }
}

/// A catalogue of families, without those whose names are also those of others' series: of these the names are answered.
pub(super) fn catalog(families: Vec<MetricDescriptor>) -> (Catalog, Vec<&'static str>) {
    let places: BTreeMap<&str, usize> = families.iter().enumerate().map(|(at, family)| (family.name, at)).collect();
    let mut left_out = BTreeSet::new();
    for family in &families {
        for owner in owners(family.name).iter().filter_map(|name| places.get(&**name)).map(|at| &families[*at]) {
            if owner.name != family.name && clash(family, owner).is_some() {
                // A histogram or a counter is worth more than what takes the name of its series.
                let weaker = if family.name.len() > owner.name.len()
                    && owner.kind != MetricKind::Gauge
                    && owner.kind != MetricKind::Untyped
                {
                    family.name
                } else if family.kind == MetricKind::Counter {
                    owner.name
                } else {
                    family.name
                };
                left_out.insert(weaker);
            }
        }
    }
    let mut names = BTreeSet::new();
    let kept = families.into_iter().filter(|family| !left_out.contains(family.name) && names.insert(family.name));
    let kept: &'static [MetricDescriptor] = kept.collect::<Vec<_>>().leak();
    (Catalog::new(vec![kept].leak()), left_out.into_iter().collect())
}

/// The names of the families that could own a name, as one of their series or in OpenMetrics.
fn owners(name: &str) -> Vec<String> {
    let bare = name.strip_suffix("_total").unwrap_or(name);
    let bases = ["_bucket", "_sum", "_count", "_created"].iter().filter_map(|suffix| bare.strip_suffix(suffix));
    let bases = bases.flat_map(|base| [base.to_owned(), format!("{base}_total")]);
    std::iter::once(bare.to_owned()).chain(bases).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_that_take_each_others_names_do_not_stop_it() {
        use MetricKind::{Counter, Gauge, Histogram};
        for (families, left) in [
            (&[("x", Histogram), ("x_count", Gauge)][..], "x_count"),
            (&[("x_count", Counter), ("x", Histogram)], "x_count"),
            (&[("x_total", Counter), ("x", Gauge)], "x"),
            (&[("x_total", Counter), ("x", Counter)], "x_total"),
            (&[("x_total", Counter), ("x_created", Gauge)], "x_created"),
            (&[("x", Histogram), ("x_sum_total", Counter), ("x_bucket", Gauge)], "x_bucket x_sum_total"),
            (&[("x", Gauge), ("x_count", Gauge)], ""),
        ] {
            let families = families.iter().map(|(name, kind)| MetricDescriptor::new(name, *kind)).collect();
            assert_eq!(catalog(families).1.join(" "), left);
        }
    }
}

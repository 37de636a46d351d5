//! This library's families as a collector of the prometheus crate.

use std::collections::HashMap;

use cryptofunk_metrics_catalog::descriptor::MetricKind;
use prometheus::{core, proto};

use crate::{
    cell::{ARENA, arena::Reader},
    registry::families,
    samples::{self, Sample},
    storage::Core,
};

/// This library's families as a collector of the prometheus crate.
///
/// An application that exposes a [`prometheus::Registry`] of its own adds ours with one call; `/metrics` of our exporter
/// needs no such call, and shows nothing twice if it is made.
///
/// ```
/// let registry = prometheus::Registry::new();
/// registry.register(Box::new(cryptofunk_metrics::registry()))?;
/// # #[cryptofunk_metrics::metrics(namespace = "doc", subsystem = "registry")]
/// # mod shop {
/// #     /// Cups of coffee that were sold.
/// #     pub fn cups_total() -> cryptofunk_metrics::Counter;
/// # }
/// assert!(registry.gather().iter().any(|family| family.name() == "doc_registry_cups_total"));
/// # Ok::<(), prometheus::Error>(())
/// ```
pub fn registry() -> Registry {
    let desc = families()
        .into_iter()
        .filter_map(|core| {
            let labels = core.descriptor.labels.iter().map(|label| label.name.to_owned()).collect();
            core::Desc::new(core.descriptor.name.to_owned(), core.descriptor.help.to_owned(), labels, HashMap::new())
                .ok()
        })
        .collect();
    Registry { desc }
}

/// See [`registry`].
#[derive(Debug, Clone)]
pub struct Registry {
    desc: Vec<core::Desc>,
}

impl core::Collector for Registry {
    fn desc(&self) -> Vec<&core::Desc> {
        self.desc.iter().collect()
    }

    fn collect(&self) -> Vec<proto::MetricFamily> {
        let families = families();
        let reader = ARENA.reader();
        families
            .into_iter()
            .map(|core| to_proto(core, &reader))
            .filter(|family| !family.get_metric().is_empty())
            .collect()
    }
}

fn to_proto(core: &'static Core, reader: &Reader<'_>) -> proto::MetricFamily {
    let mut family = proto::MetricFamily::default();
    family.set_name(core.descriptor.name.to_owned());
    family.set_help(core.descriptor.help.to_owned());
    family.set_field_type(match core.descriptor.kind {
        MetricKind::Counter => proto::MetricType::COUNTER,
        MetricKind::Histogram => proto::MetricType::HISTOGRAM,
        _ => proto::MetricType::GAUGE,
    });
    let mut metrics = Vec::new();
    samples::each(core, reader, |series, sample| {
        let labels = series.labels().map(|(name, value)| {
            let mut pair = proto::LabelPair::default();
            pair.set_name(name.to_owned());
            pair.set_value(value.to_owned());
            pair
        });
        let mut metric = proto::Metric::from_label(labels.collect());
        set_value(&mut metric, core.bounds.values(), sample);
        metrics.push(metric);
    });
    family.set_metric(metrics);
    family
}

/// That crate has no native histograms: what a histogram makes itself is left out.
fn set_value(metric: &mut proto::Metric, bounds: &[f64], sample: Sample) {
    let gauge = |value: f64| {
        let mut gauge = proto::Gauge::default();
        gauge.set_value(value);
        gauge
    };
    let counter = |value: f64| {
        let mut counter = proto::Counter::default();
        counter.set_value(value);
        counter
    };
    match sample {
        Sample::Count(value) => metric.set_counter(counter(value as f64)),
        Sample::Sum(value) => metric.set_counter(counter(value)),
        Sample::Level(value) => metric.set_gauge(gauge(value)),
        Sample::Number(value) => metric.set_gauge(gauge(value as f64)),
        Sample::Histogram(value, _) => {
            let mut cumulative = 0;
            let buckets = bounds.iter().zip(&value.buckets).map(|(bound, count)| {
                cumulative += count;
                let mut bucket = proto::Bucket::default();
                bucket.set_upper_bound(*bound);
                bucket.set_cumulative_count(cumulative);
                bucket
            });
            let mut histogram = proto::Histogram::default();
            histogram.set_bucket(buckets.collect());
            histogram.set_sample_count(value.count());
            histogram.set_sample_sum(value.sum);
            metric.set_histogram(histogram);
        }
    }
}

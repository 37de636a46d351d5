//! This library's families as a collector of the prometheus crate.

use std::collections::HashMap;

use prometheus::{core, proto};

use crate::{
    cell::{ARENA, Counter, FloatCounter, Gauge, Histogram, IntGauge, OptionalGauge},
    computed::ComputedGauge,
    exposition::constant,
    family::Series,
    registry::families,
    storage::{Core, Run, Storage},
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
        families().into_iter().map(to_proto).filter(|family| !family.get_metric().is_empty()).collect()
    }
}

fn to_proto(core: &'static Core) -> proto::MetricFamily {
    let mut family = proto::MetricFamily::default();
    family.set_name(core.descriptor.name.to_owned());
    family.set_help(core.descriptor.help.to_owned());
    family.set_field_type(match core.storage {
        Storage::Counter | Storage::FloatCounter => proto::MetricType::COUNTER,
        Storage::Float | Storage::Int | Storage::Optional | Storage::Computed => proto::MetricType::GAUGE,
        Storage::Histogram => proto::MetricType::HISTOGRAM,
    });
    let mut metrics = Vec::new();
    core.for_each_series(|run, index, values| {
        // An empty value means that the label is absent.
        let labels = core.descriptor.labels.iter().zip(values).filter(|(_, value)| !value.is_empty());
        let labels = labels.map(|(label, value)| {
            let mut pair = proto::LabelPair::default();
            pair.set_name(label.name.to_owned());
            pair.set_value((*value).to_owned());
            pair
        });
        let mut metric = proto::Metric::from_label(labels.collect());
        constant::add(&mut metric);
        if set_value(&mut metric, core, run, index).is_some() {
            metrics.push(metric);
        }
    });
    family.set_metric(metrics);
    family
}

/// Nothing if the series has no value.
fn set_value(metric: &mut proto::Metric, core: &'static Core, run: &'static Run, index: usize) -> Option<()> {
    let reader = ARENA.reader();
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
    match core.storage {
        Storage::Counter => metric.set_counter(counter(<Counter as Series>::at(core, run, index).read(&reader) as f64)),
        Storage::FloatCounter => {
            metric.set_counter(counter(<FloatCounter as Series>::at(core, run, index).read(&reader)))
        }
        Storage::Float => metric.set_gauge(gauge(<Gauge as Series>::at(core, run, index).get())),
        Storage::Int => metric.set_gauge(gauge(<IntGauge as Series>::at(core, run, index).get() as f64)),
        Storage::Optional => metric.set_gauge(gauge(<OptionalGauge as Series>::at(core, run, index).get()?)),
        Storage::Computed => metric.set_gauge(gauge(<ComputedGauge as Series>::at(core, run, index).last()?)),
        Storage::Histogram => {
            let value = <Histogram as Series>::at(core, run, index).read(&reader);
            let mut cumulative = 0;
            let buckets = core.bounds.values().iter().zip(&value.buckets).map(|(bound, count)| {
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
    Some(())
}

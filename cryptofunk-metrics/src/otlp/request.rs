//! The families of this process as an OTLP request.

use std::time::SystemTime;

use cryptofunk_metrics_catalog::descriptor::{MetricDescriptor, MetricKind};
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    common::v1::{InstrumentationScope, KeyValue},
    metrics::v1::{
        AggregationTemporality::Cumulative, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
        HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics,
        exponential_histogram_data_point::Buckets, metric::Data, number_data_point::Value,
    },
    resource::v1::Resource,
};

use super::{
    exemplars::exemplars,
    foreign,
    points::{Times, histogram_point, number_point, sum, unit},
    resource::attribute,
    settings::Aggregation,
};
use crate::{
    cell::{ARENA, HistogramValue, NativeHistogramValue, arena::Reader},
    registry,
    samples::{self, Sample, SeriesOf},
    storage::Core,
};

/// Everything that this process exposes, with the values of the last refresh.
pub(super) fn request(resource: Resource, aggregation: Aggregation) -> ExportMetricsServiceRequest {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = since.map_or(0, |since| since.as_nanos() as u64);
    let reader = ARENA.reader();
    let own = registry::refreshed().into_iter().filter_map(|core| metric(core, aggregation, now, &reader));
    let scope = InstrumentationScope {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    };
    let metrics = own.chain(foreign::metrics(now)).collect();
    let scope_metrics = vec![ScopeMetrics { scope: Some(scope), metrics, ..ScopeMetrics::default() }];
    let resource_metrics = ResourceMetrics { resource: Some(resource), scope_metrics, ..ResourceMetrics::default() };
    ExportMetricsServiceRequest { resource_metrics: vec![resource_metrics] }
}

/// A family, unless it has no series with a value.
fn metric(core: &'static Core, aggregation: Aggregation, now: u64, reader: &Reader<'_>) -> Option<Metric> {
    let is_declared = aggregation == Aggregation::Explicit && !core.bounds.values().is_empty();
    let (mut numbers, mut histograms, mut natives) = (Vec::new(), Vec::new(), Vec::new());
    samples::each(core, reader, |series, sample| {
        let attributes = attributes(series);
        // A series that is as old as the export began with it, at 0.
        let times = Times { start: (series.created * 1_000_000).min(now), now };
        let number = |value| number_point(attributes.clone(), times, value);
        let count = |value| NumberDataPoint { exemplars: exemplars([series.exemplar()]), ..number(value) };
        match sample {
            Sample::Count(value) => numbers.push(count(whole(value))),
            Sample::Sum(value) => numbers.push(count(Value::AsDouble(value))),
            Sample::Level(value) => numbers.push(number(Value::AsDouble(value))),
            Sample::Number(value) => numbers.push(number(Value::AsInt(value))),
            Sample::Histogram(value, Some(native)) if !is_declared => {
                let point = native_point(core.descriptor, attributes, times, value, native);
                natives.push(ExponentialHistogramDataPoint { exemplars: exemplars(series.exemplars()), ..point });
            }
            Sample::Histogram(value, _) => {
                let point = histogram_point(core.bounds.values(), attributes, times, value);
                histograms.push(HistogramDataPoint { exemplars: exemplars(series.exemplars()), ..point });
            }
        }
    });
    if numbers.is_empty() && histograms.is_empty() && natives.is_empty() {
        return None;
    }
    let temporality = Cumulative.into();
    let data = match core.descriptor.kind {
        MetricKind::Counter => sum(numbers),
        MetricKind::Histogram if natives.is_empty() => {
            Data::Histogram(Histogram { data_points: histograms, aggregation_temporality: temporality })
        }
        MetricKind::Histogram => Data::ExponentialHistogram(ExponentialHistogram {
            data_points: natives,
            aggregation_temporality: temporality,
        }),
        _ => Data::Gauge(Gauge { data_points: numbers }),
    };
    Some(Metric {
        name: core.descriptor.name.to_owned(),
        description: core.descriptor.help.to_owned(),
        unit: unit(core.descriptor.name).to_owned(),
        data: Some(data),
        ..Metric::default()
    })
}

fn attributes(series: &SeriesOf<'_>) -> Vec<KeyValue> {
    series.labels().map(|(name, value)| attribute(name, value)).collect()
}

fn whole(value: u64) -> Value {
    i64::try_from(value).map_or(Value::AsDouble(value as f64), Value::AsInt)
}

/// A histogram that makes its buckets itself.
fn native_point(
    family: &MetricDescriptor,
    attributes: Vec<KeyValue>,
    times: Times,
    value: HistogramValue,
    native: NativeHistogramValue,
) -> ExponentialHistogramDataPoint {
    let max_buckets = family.native.map_or(usize::MAX, |native| native.max_buckets() as usize);
    let (scale, [positive, negative]) = dense(&native, max_buckets);
    ExponentialHistogramDataPoint {
        attributes,
        start_time_unix_nano: times.start,
        time_unix_nano: times.now,
        count: native.count(),
        sum: native.negative.is_empty().then_some(value.sum),
        scale,
        zero_count: native.zero_count,
        zero_threshold: native.zero_threshold,
        positive: Some(positive),
        negative: Some(negative),
        ..ExponentialHistogramDataPoint::default()
    }
}

/// The scale that OTLP may have at least: all numbers above 1 are in one bucket.
const MIN_SCALE: i32 = -10;

/// The buckets of both sides, empty ones between them too; at a coarser scale if there would be too many of these.
fn dense(native: &NativeHistogramValue, max_buckets: usize) -> (i32, [Buckets; 2]) {
    let mut scale = i32::from(native.schema);
    // OTLP numbers a bucket by its lower bound.
    let mut sides = [&native.positive, &native.negative]
        .map(|side| side.iter().map(|(bound, count)| (bound - 1, *count)).collect::<Vec<_>>());
    let length = |side: &Vec<(i32, u64)>| match (side.first(), side.last()) {
        (Some(first), Some(last)) => (last.0 - first.0) as usize + 1,
        _ => 0,
    };
    while scale > MIN_SCALE && sides.iter().map(length).sum::<usize>() > max_buckets {
        scale -= 1;
        sides.iter_mut().flatten().for_each(|(bound, _)| *bound >>= 1);
    }
    let sides = sides.map(|side| {
        let offset = side.first().map_or(0, |(bound, _)| *bound);
        let mut bucket_counts = vec![0; length(&side)];
        side.iter().for_each(|(bound, count)| bucket_counts[(bound - offset) as usize] += count);
        Buckets { offset, bucket_counts }
    });
    (scale, sides)
}

#[cfg(test)]
mod tests;

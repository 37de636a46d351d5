//! The families of this process as an OTLP request.

use std::time::SystemTime;

use cryptofunk_metrics_catalog::descriptor::{MetricDescriptor, MetricKind};
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    common::v1::{InstrumentationScope, KeyValue},
    metrics::v1::{
        AggregationTemporality::Cumulative, Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge,
        Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, exemplar,
        exponential_histogram_data_point::Buckets, metric::Data, number_data_point::Value,
    },
    resource::v1::Resource,
};

use super::{foreign, resource::attribute};
use crate::{
    cell::{ARENA, HistogramValue, NativeHistogramValue, arena::Reader},
    exemplar::store::Recorded,
    registry,
    samples::{self, Sample, SeriesOf},
    storage::Core,
};

/// When the values of a data point began at 0, and when they were read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) start: u64,
    pub(super) now: u64,
}

/// Everything that this process exposes, with the values of the last refresh.
pub(super) fn request(resource: Resource) -> ExportMetricsServiceRequest {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = since.map_or(0, |since| since.as_nanos() as u64);
    let reader = ARENA.reader();
    let own = registry::refreshed().into_iter().filter_map(|core| metric(core, now, &reader));
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
fn metric(core: &'static Core, now: u64, reader: &Reader<'_>) -> Option<Metric> {
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
            Sample::Histogram(value, None) => {
                let point = histogram_point(core.bounds.values(), attributes, times, value);
                histograms.push(HistogramDataPoint { exemplars: exemplars(series.exemplars()), ..point });
            }
            Sample::Histogram(value, Some(native)) => {
                let point = native_point(core.descriptor, attributes, times, value, native);
                natives.push(ExponentialHistogramDataPoint { exemplars: exemplars(series.exemplars()), ..point });
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

/// Exemplars; the ids of a span have fields of their own.
fn exemplars(newest: impl IntoIterator<Item = Option<Recorded>>) -> Vec<Exemplar> {
    let one = |recorded: Recorded| {
        let span = recorded.exemplar.span();
        let labels = recorded.exemplar.labels().filter(|_| span.is_none());
        Exemplar {
            filtered_attributes: labels.map(|(name, value)| attribute(name, &value)).collect(),
            time_unix_nano: recorded.at.as_nanos() as u64,
            span_id: span.map(|span| span.span.to_vec()).unwrap_or_default(),
            trace_id: span.map(|span| span.trace.to_vec()).unwrap_or_default(),
            value: Some(exemplar::Value::AsDouble(recorded.value)),
        }
    };
    newest.into_iter().flatten().map(one).collect()
}

pub(super) fn sum(data_points: Vec<NumberDataPoint>) -> Data {
    Data::Sum(Sum { data_points, aggregation_temporality: Cumulative.into(), is_monotonic: true })
}

pub(super) fn number_point(attributes: Vec<KeyValue>, times: Times, value: Value) -> NumberDataPoint {
    NumberDataPoint {
        attributes,
        start_time_unix_nano: times.start,
        time_unix_nano: times.now,
        value: Some(value),
        ..NumberDataPoint::default()
    }
}

fn whole(value: u64) -> Value {
    i64::try_from(value).map_or(Value::AsDouble(value as f64), Value::AsInt)
}

/// A histogram whose bounds are declared.
pub(super) fn histogram_point(
    bounds: &[f64],
    attributes: Vec<KeyValue>,
    times: Times,
    value: HistogramValue,
) -> HistogramDataPoint {
    // OTLP wants no sum of values that may be below 0.
    let is_sum = bounds.first().is_none_or(|bound| *bound >= 0.0);
    HistogramDataPoint {
        attributes,
        start_time_unix_nano: times.start,
        time_unix_nano: times.now,
        count: value.count(),
        sum: is_sum.then_some(value.sum),
        bucket_counts: value.buckets,
        explicit_bounds: bounds.to_vec(),
        ..HistogramDataPoint::default()
    }
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

/// The unit at the end of a name, as UCUM writes it.
pub(super) fn unit(name: &str) -> &'static str {
    let name = name.strip_suffix("_total").unwrap_or(name);
    match name.rsplit('_').next() {
        Some("seconds") => "s",
        Some("bytes") => "By",
        Some("ratio") => "1",
        Some("celsius") => "Cel",
        Some("meters") => "m",
        Some("volts") => "V",
        Some("amperes") => "A",
        Some("joules") => "J",
        Some("grams") => "g",
        _ => "",
    }
}

#[cfg(test)]
mod tests;

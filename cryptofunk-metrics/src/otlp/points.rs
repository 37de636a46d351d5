//! Data points, whoever has the values.

use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    metrics::v1::{
        AggregationTemporality::Cumulative, HistogramDataPoint, NumberDataPoint, Sum, metric::Data,
        number_data_point::Value,
    },
};

use crate::cell::HistogramValue;

/// When the values of a data point began at 0, and when they were read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) start: u64,
    pub(super) now: u64,
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

//! What stands in the default registry of the prometheus crate.

use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    metrics::v1::{
        AggregationTemporality::Cumulative, Gauge, Histogram, Metric, Summary, SummaryDataPoint, metric::Data,
        number_data_point::Value, summary_data_point::ValueAtQuantile,
    },
};
use prometheus::proto::{self, MetricFamily, MetricType};

use super::{
    points::{Times, histogram_point, number_point, sum, unit},
    resource::attribute,
};
use crate::{cell::HistogramValue, exposition::foreign};

pub(super) fn metrics(now: u64) -> impl Iterator<Item = Metric> {
    let families: Vec<MetricFamily> = foreign::families().collect();
    // These are as old as the process, as far as anybody knows.
    let start = families.iter().find(|family| family.name() == "process_start_time_seconds");
    let start = start.and_then(|family| family.get_metric().first()).map(|metric| metric.get_gauge().get_value());
    let times = Times { start: start.map_or(now, |seconds| (seconds * 1e9) as u64).min(now), now };
    let with_series =
        families.into_iter().filter(|family| !family.get_metric().is_empty() && !family.name().is_empty());
    with_series.map(move |family| Metric {
        name: family.name().to_owned(),
        description: family.help().to_owned(),
        unit: unit(family.name()).to_owned(),
        data: Some(data(&family, times)),
        ..Metric::default()
    })
}

fn data(family: &MetricFamily, times: Times) -> Data {
    let metrics = family.get_metric().iter();
    match family.get_field_type() {
        MetricType::COUNTER => {
            sum(metrics.map(|metric| number(metric, times, metric.get_counter().get_value())).collect())
        }
        MetricType::GAUGE | MetricType::UNTYPED => Data::Gauge(Gauge {
            data_points: metrics.map(|metric| number(metric, times, metric.get_gauge().get_value())).collect(),
        }),
        MetricType::HISTOGRAM => Data::Histogram(Histogram {
            data_points: metrics
                .map(|metric| {
                    let (bounds, value) = histogram(metric.get_histogram());
                    histogram_point(&bounds, attributes(metric), times, value)
                })
                .collect(),
            aggregation_temporality: Cumulative.into(),
        }),
        MetricType::SUMMARY => {
            Data::Summary(Summary { data_points: metrics.map(|metric| summary(metric, times)).collect() })
        }
    }
}

fn attributes(metric: &proto::Metric) -> Vec<KeyValue> {
    metric.get_label().iter().map(|label| attribute(label.name(), label.value())).collect()
}

fn number(
    metric: &proto::Metric,
    times: Times,
    value: f64,
) -> opentelemetry_proto::tonic::metrics::v1::NumberDataPoint {
    number_point(attributes(metric), times, Value::AsDouble(value))
}

/// The finite bounds, and what is in each bucket.
fn histogram(histogram: &proto::Histogram) -> (Vec<f64>, HistogramValue) {
    let (mut bounds, mut buckets, mut before) = (Vec::new(), Vec::new(), 0);
    for bucket in histogram.get_bucket().iter().filter(|bucket| bucket.upper_bound().is_finite()) {
        bounds.push(bucket.upper_bound());
        buckets.push(bucket.cumulative_count().saturating_sub(before));
        before = bucket.cumulative_count();
    }
    buckets.push(histogram.get_sample_count().saturating_sub(before));
    (bounds, HistogramValue { buckets, sum: histogram.get_sample_sum() })
}

fn summary(metric: &proto::Metric, times: Times) -> SummaryDataPoint {
    let summary = metric.get_summary();
    let quantiles = summary.get_quantile().iter();
    SummaryDataPoint {
        attributes: attributes(metric),
        start_time_unix_nano: times.start,
        time_unix_nano: times.now,
        count: summary.sample_count(),
        sum: summary.sample_sum(),
        quantile_values: quantiles.map(|at| ValueAtQuantile { quantile: at.quantile(), value: at.value() }).collect(),
        ..SummaryDataPoint::default()
    }
}

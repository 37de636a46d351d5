//! What stands in the default registry of the prometheus crate, as messages. That crate does not know when a series was created.

use prometheus::proto;

use super::model::{Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType, Quantile, Summary};
use crate::exposition::foreign;

pub(super) fn families() -> impl Iterator<Item = MetricFamily> {
    foreign::families().filter(|family| !family.name().is_empty()).map(|family| {
        let kind = match family.get_field_type() {
            proto::MetricType::COUNTER => MetricType::Counter,
            proto::MetricType::GAUGE => MetricType::Gauge,
            proto::MetricType::SUMMARY => MetricType::Summary,
            proto::MetricType::HISTOGRAM => MetricType::Histogram,
            proto::MetricType::UNTYPED => MetricType::Untyped,
        };
        MetricFamily {
            name: family.name().to_owned(),
            help: family.help().to_owned(),
            r#type: kind.into(),
            metric: family.get_metric().iter().map(|metric| self::metric(kind, metric)).collect(),
        }
    })
}

fn metric(kind: MetricType, metric: &proto::Metric) -> Metric {
    let label = metric
        .get_label()
        .iter()
        .map(|label| LabelPair { name: label.name().to_owned(), value: label.value().to_owned() });
    let written = Metric { label: label.collect(), timestamp_ms: metric.timestamp_ms(), ..Metric::default() };
    match kind {
        MetricType::Counter => {
            let counter = Counter { value: metric.get_counter().get_value(), ..Counter::default() };
            Metric { counter: Some(counter), ..written }
        }
        MetricType::Gauge | MetricType::Untyped => {
            Metric { gauge: Some(Gauge { value: metric.get_gauge().get_value() }), ..written }
        }
        MetricType::Summary => Metric { summary: Some(summary(metric.get_summary())), ..written },
        MetricType::Histogram => Metric { histogram: Some(histogram(metric.get_histogram())), ..written },
    }
}

fn summary(summary: &proto::Summary) -> Summary {
    let quantile = summary.get_quantile().iter();
    Summary {
        sample_count: summary.sample_count(),
        sample_sum: summary.sample_sum(),
        quantile: quantile.map(|at| Quantile { quantile: at.quantile(), value: at.value() }).collect(),
    }
}

fn histogram(histogram: &proto::Histogram) -> Histogram {
    let bucket = histogram.get_bucket().iter().map(|bucket| Bucket {
        cumulative_count: bucket.cumulative_count(),
        upper_bound: bucket.upper_bound(),
        exemplar: None,
    });
    Histogram {
        sample_count: histogram.get_sample_count(),
        sample_sum: histogram.get_sample_sum(),
        bucket: bucket.collect(),
        ..Histogram::default()
    }
}

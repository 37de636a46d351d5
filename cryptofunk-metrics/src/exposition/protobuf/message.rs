//! This library's families as messages.

use cryptofunk_metrics_catalog::descriptor::MetricKind;

use super::model::{
    Bucket, BucketSpan, Counter, Exemplar, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType, Timestamp,
};
use crate::{
    cell::{HistogramValue, NativeHistogramValue, Spans, arena::Reader},
    exemplar::store::Recorded,
    samples::{self, Sample, SeriesOf},
    storage::Core,
};

pub(super) fn family(core: &'static Core, reader: &Reader<'_>) -> MetricFamily {
    let mut metrics = Vec::new();
    samples::each(core, reader, |series, sample| metrics.push(metric(core, series, sample)));
    let kind = match core.descriptor.kind {
        MetricKind::Counter => MetricType::Counter,
        MetricKind::Gauge => MetricType::Gauge,
        MetricKind::Histogram => MetricType::Histogram,
        _ => MetricType::Untyped,
    };
    MetricFamily {
        name: core.descriptor.name.to_owned(),
        help: core.descriptor.help.to_owned(),
        r#type: kind.into(),
        metric: metrics,
    }
}

fn metric(core: &Core, series: &SeriesOf<'_>, sample: Sample) -> Metric {
    let label = series.labels().map(|(name, value)| LabelPair { name: name.to_owned(), value: value.to_owned() });
    let metric = Metric { label: label.collect(), ..Metric::default() };
    let created = Some(timestamp(series.created));
    let counter =
        |value| Counter { value, exemplar: series.exemplar().as_ref().map(exemplar), created_timestamp: created };
    match sample {
        Sample::Count(value) => Metric { counter: Some(counter(value as f64)), ..metric },
        Sample::Sum(value) => Metric { counter: Some(counter(value)), ..metric },
        Sample::Level(value) => Metric { gauge: Some(Gauge { value }), ..metric },
        Sample::Number(value) => Metric { gauge: Some(Gauge { value: value as f64 }), ..metric },
        Sample::Histogram(value, native) => {
            let exemplars = series.exemplars();
            let histogram = histogram(core.bounds.values(), &value, native, &exemplars);
            Metric { histogram: Some(Histogram { created_timestamp: created, ..histogram }), ..metric }
        }
    }
}

/// A histogram with the buckets that it was declared with, those that it makes itself, or both. The bucket `+Inf` is the count, and is written only
/// for its exemplar.
fn histogram(
    bounds: &[f64],
    value: &HistogramValue,
    native: Option<NativeHistogramValue>,
    exemplars: &[Option<Recorded>],
) -> Histogram {
    let mut cumulative_count = 0;
    let all = bounds.iter().copied().chain([f64::INFINITY]).zip(&value.buckets).enumerate();
    let buckets = all.filter_map(|(position, (upper_bound, count))| {
        cumulative_count += count;
        let exemplar = exemplars.get(position).and_then(Option::as_ref).map(exemplar);
        let is_written = upper_bound.is_finite() || exemplar.is_some() && !bounds.is_empty();
        is_written.then_some(Bucket { cumulative_count, upper_bound, exemplar })
    });
    let classic = Histogram {
        sample_count: value.count(),
        sample_sum: value.sum,
        bucket: buckets.collect(),
        ..Histogram::default()
    };
    match native {
        // Prometheus takes those of a native histogram from one list, each with its time.
        Some(native) => {
            Histogram { exemplars: exemplars.iter().flatten().map(exemplar).collect(), ..with_native(classic, &native) }
        }
        None => classic,
    }
}

fn with_native(classic: Histogram, native: &NativeHistogramValue) -> Histogram {
    let (mut positive, negative) = (Spans::of(&native.positive), Spans::of(&native.negative));
    // A histogram with neither of these would not be a native one.
    if native.count() == 0 && native.zero_threshold == 0.0 {
        positive.spans.push((0, 0));
    }
    let spans =
        |spans: Vec<(i32, u32)>| spans.into_iter().map(|(offset, length)| BucketSpan { offset, length }).collect();
    Histogram {
        // What the buckets below hold: it may be more than what the ones above held a moment before.
        sample_count: native.count(),
        schema: native.schema.into(),
        zero_threshold: native.zero_threshold,
        zero_count: native.zero_count,
        negative_span: spans(negative.spans),
        negative_delta: negative.deltas,
        positive_span: spans(positive.spans),
        positive_delta: positive.deltas,
        ..classic
    }
}

fn exemplar(recorded: &Recorded) -> Exemplar {
    let label = recorded.exemplar.labels();
    let label = label.map(|(name, value)| LabelPair { name: name.to_owned(), value: value.into_owned() });
    Exemplar {
        label: label.collect(),
        value: recorded.value,
        timestamp: Some(timestamp(recorded.at.as_millis() as u64)),
    }
}

fn timestamp(ms: u64) -> Timestamp {
    Timestamp { seconds: (ms / 1_000) as i64, nanos: (ms % 1_000 * 1_000_000) as i32 }
}

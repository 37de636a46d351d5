use std::{sync::LazyLock, time::Instant};

use measured::{
    CounterVec, FixedCardinalityLabel, HistogramVec, LabelGroup, MetricGroup, label::StaticLabelSet,
    metric::histogram::Thresholds, text::BufferedTextEncoder,
};
use paracord::ParaCord;

use super::{BOUNDS, BOUNDS_11, COUNTERS, HISTOGRAMS, Peer};

pub(super) const PEER: Peer = Peer { name: "measured 0.0.25", record, expose: Some(expose), record_all: None };

#[derive(Clone, Copy, Debug, PartialEq, FixedCardinalityLabel)]
enum Server {
    Bench,
}
#[derive(Clone, Copy, Debug, PartialEq, FixedCardinalityLabel)]
enum Tool {
    Echo,
}
#[derive(Clone, Copy, Debug, PartialEq, FixedCardinalityLabel)]
#[allow(dead_code, reason = "the other values of the label")]
enum Status {
    Success,
    Error,
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, LabelGroup)]
#[label(set = CallSet)]
struct Call {
    #[label(fixed)]
    server: Server,
    #[label(fixed)]
    tool: Tool,
    #[label(fixed)]
    status: Status,
}

#[derive(Clone, Copy, Debug, PartialEq, LabelGroup)]
#[label(set = ToolSet)]
struct ToolCall {
    #[label(fixed)]
    server: Server,
    #[label(fixed)]
    tool: Tool,
}

#[derive(Clone, Copy, PartialEq, Debug, LabelGroup)]
#[label(set = KindSet)]
struct Kind<'a> {
    #[label(dynamic_with = ParaCord)]
    kind: &'a str,
}

static CALLS: LazyLock<CounterVec<CallSet>> = LazyLock::new(|| {
    CounterVec::with_label_set(CallSet {
        server: StaticLabelSet::new(),
        tool: StaticLabelSet::new(),
        status: StaticLabelSet::new(),
    })
});
static DURATION: LazyLock<HistogramVec<ToolSet, 11>> = LazyLock::new(|| {
    let set = ToolSet { server: StaticLabelSet::new(), tool: StaticLabelSet::new() };
    HistogramVec::with_label_set_and_metadata(set, Thresholds::with_buckets(BOUNDS_11))
});

fn record(calls: u64) {
    for _ in 0..calls {
        let start = Instant::now();
        let elapsed = start.elapsed().as_secs_f64();
        CALLS.inc(Call { server: Server::Bench, tool: Tool::Echo, status: Status::Success });
        DURATION.observe(ToolCall { server: Server::Bench, tool: Tool::Echo }, elapsed);
    }
}

#[derive(MetricGroup)]
struct Metrics {
    /// Counters.
    bench_counters: CounterVec<KindSet>,
    /// Histograms.
    bench_histograms: HistogramVec<KindSet, 10>,
}

fn expose() -> Box<dyn FnMut(&mut String)> {
    let metrics = Metrics {
        bench_counters: CounterVec::with_label_set(KindSet { kind: ParaCord::default() }),
        bench_histograms: HistogramVec::with_label_set_and_metadata(
            KindSet { kind: ParaCord::default() },
            Thresholds::with_buckets(BOUNDS),
        ),
    };
    for i in 0..COUNTERS {
        metrics.bench_counters.inc_by(Kind { kind: &i.to_string() }, i as u64);
    }
    for i in 0..HISTOGRAMS {
        metrics.bench_histograms.observe(Kind { kind: &i.to_string() }, 0.01 * i as f64);
    }
    let mut encoder = BufferedTextEncoder::new();
    // It writes into bytes of its own, which it gives away at the end.
    Box::new(move |text| {
        metrics.collect_group_into(&mut encoder).expect("a buffer takes everything");
        text.push_str(std::str::from_utf8(&encoder.finish()).expect("text"));
    })
}

//! The samples of this process' families, for writers that need them as values.

#[cfg(any(feature = "protobuf", feature = "otlp"))]
use crate::{
    cell::Bounds,
    exemplar::store::{self, Recorded},
};
use crate::{
    cell::{
        Counter, FloatCounter, Gauge, Histogram, HistogramValue, IntGauge, NativeHistogramValue, OptionalGauge,
        arena::{Reader, Slot},
    },
    computed::ComputedGauge,
    constant_labels,
    family::Series,
    storage::{Core, Run, Storage},
};

/// The value of one series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sample {
    /// A counter.
    Count(u64),
    /// A counter of fractions.
    Sum(f64),
    /// A gauge.
    Level(f64),
    /// A gauge that counts things.
    Number(i64),
    Histogram(
        HistogramValue,
        #[cfg_attr(
            not(any(feature = "protobuf", feature = "otlp")),
            allow(dead_code, reason = "the prometheus crate has no native histograms")
        )]
        Option<NativeHistogramValue>,
    ),
}

/// One series of a family.
#[derive(Debug)]
pub(crate) struct SeriesOf<'a> {
    core: &'a Core,
    values: &'a [&'a str],
    /// When its value was 0, in ms since 1970.
    #[cfg_attr(
        not(any(feature = "protobuf", feature = "otlp")),
        allow(dead_code, reason = "text has no place for it")
    )]
    pub(crate) created: u64,
    /// The words that it counts in, if it does.
    #[cfg_attr(
        not(any(feature = "protobuf", feature = "otlp")),
        allow(dead_code, reason = "the prometheus crate has no exemplars")
    )]
    words: Option<Slot>,
}

#[cfg(any(feature = "protobuf", feature = "otlp"))]
impl SeriesOf<'_> {
    /// The newest exemplar of a counter.
    pub(crate) fn exemplar(&self) -> Option<Recorded> {
        store::newest(self.words?)
    }

    /// The newest exemplar of each declared bucket of a histogram, with the one of `+Inf` at the end.
    pub(crate) fn exemplars(&self) -> Vec<Option<Recorded>> {
        let Some(words) = self.words.filter(|words| store::is_used(*words)) else { return Vec::new() };
        (0..self.core.bounds.buckets()).map(|bucket| store::newest(Bounds::bucket_word(words, bucket))).collect()
    }
}

impl<'a> SeriesOf<'a> {
    /// Its labels with their values, in the order in which they are exposed. An empty value means that the label is absent.
    pub(crate) fn labels(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let labels = self.core.descriptor.labels;
        let has = |name: &str| labels.iter().any(|label| label.name == name);
        let constant = constant_labels::current().iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let own = labels.iter().map(|label| label.name).zip(self.values.iter().copied());
        constant.filter(move |(name, _)| !has(name)).chain(own).filter(|(_, value)| !value.is_empty())
    }
}

/// Calls `visit` with each series of a family that has a value.
pub(crate) fn each(core: &'static Core, reader: &Reader<'_>, mut visit: impl FnMut(&SeriesOf<'_>, Sample)) {
    core.for_each_series(|run, index, values| {
        if let Some(sample) = sample(core, run, index, reader) {
            let words = core.words().map(|words| run.values.slot().offset_by(index * words));
            visit(&SeriesOf { core, values, created: run.created(), words }, sample);
        }
    });
}

fn sample(core: &'static Core, run: &'static Run, index: usize, reader: &Reader<'_>) -> Option<Sample> {
    fn of<S: Series>(core: &'static Core, run: &'static Run, index: usize) -> S {
        S::at(core, run, index)
    }
    Some(match core.storage {
        Storage::Counter => Sample::Count(of::<Counter>(core, run, index).read(reader)),
        Storage::FloatCounter => Sample::Sum(of::<FloatCounter>(core, run, index).read(reader)),
        Storage::Float => Sample::Level(of::<Gauge>(core, run, index).get()),
        Storage::Int => Sample::Number(of::<IntGauge>(core, run, index).read(reader.tables())),
        Storage::Optional => Sample::Level(of::<OptionalGauge>(core, run, index).get()?),
        Storage::Computed => Sample::Level(of::<ComputedGauge>(core, run, index).last()?),
        Storage::Histogram => {
            let histogram: Histogram = of(core, run, index);
            let value = histogram.read(reader);
            Sample::Histogram(value, histogram.read_native(reader))
        }
    })
}

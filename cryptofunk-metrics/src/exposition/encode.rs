use std::sync::atomic::Ordering::Relaxed;

use super::{constant, exemplar, foreign, format::Format, head::head, number};
use crate::{
    cell::{
        ARENA, Bounds, Counter, FloatCounter, IntGauge,
        arena::{Reader, Slot},
        value_of_bits,
    },
    registry,
    storage::{Core, Storage},
};

/// Everything that this process exposes, in the Prometheus text format, as `/metrics` returns it.
///
/// This library's families come first, by name; then the default registry of the prometheus crate, which holds `process_*` and the
/// families of other libraries.
///
/// ```
/// # #[cryptofunk_metrics::metrics(namespace = "doc", subsystem = "encode")]
/// # mod shop {
/// #     /// Cups of coffee that were sold.
/// #     pub fn cups_total() -> cryptofunk_metrics::Counter;
/// # }
/// assert!(cryptofunk_metrics::encode_text().contains("doc_encode_cups_total 0\n"));
/// ```
pub fn encode_text() -> String {
    encode(Format::Text)
}

/// Everything that this process exposes, in this format. [`Format::negotiate`] chooses one by an `Accept` header.
pub fn encode(format: Format) -> String {
    let mut out = String::new();
    encode_into(format, &mut out);
    out
}

/// Appends everything that this process exposes to a text. A text that is used again needs no new memory:
///
/// ```
/// use cryptofunk_metrics::exposition::{Format, encode_into};
///
/// let mut text = String::new();
/// for _ in 0..2 {
///     text.clear();
///     encode_into(Format::Text, &mut text);
/// }
/// ```
pub fn encode_into(format: Format, out: &mut String) {
    registry::refresh();
    encode_refreshed(format, out);
}

/// Appends everything that this process exposes, with the values of the last refresh.
pub(crate) fn encode_refreshed(format: Format, out: &mut String) {
    encode_own(format, out);
    foreign::encode(format, out);
    if format == Format::OpenMetrics {
        out.push_str("# EOF\n");
    }
}

/// Appends the families of this library.
pub(super) fn encode_own(format: Format, out: &mut String) {
    let mut encoder =
        Encoder { reader: ARENA.reader(), sums: Vec::new(), float_sums: Vec::new(), constant: String::new(), out };
    for core in registry::refreshed() {
        encoder.family(format, core);
    }
}

struct Encoder<'a> {
    reader: Reader<'a>,
    /// Scratch space for the sums of a run.
    sums: Vec<u64>,
    float_sums: Vec<f64>,
    /// The constant labels, as they stand between braces.
    constant: String,
    out: &'a mut String,
}

impl Encoder<'_> {
    fn family(&mut self, format: Format, core: &Core) {
        let runs = core.runs();
        // Series may exist on demand: what the family is called and counts is known before.
        if runs.values.is_empty() && !registry::is_promised(core.descriptor.name) {
            return;
        }
        self.out.reserve(runs.lines.size() + 1024);
        head(format, core.descriptor.name, core.descriptor.help, core.descriptor.kind.as_str(), self.out);
        if runs.values.is_empty() {
            return;
        }
        constant::text(core.descriptor, &mut self.constant);
        let series = core.series();
        let mut lines = runs.lines.iter();
        for values in &runs.values {
            let has_exemplars = format == Format::OpenMetrics && values.has_exemplars();
            match core.storage {
                Storage::Counter => {
                    self.sums.clear();
                    self.sums.resize(series, 0);
                    self.reader.add_up(values.slot(), &mut self.sums);
                    for (index, (sum, line)) in self.sums.iter().zip(lines.by_ref()).enumerate() {
                        constant::line(line, &self.constant, self.out);
                        number::unsigned(*sum, self.out);
                        exemplar::of(has_exemplars, values.slot().offset_by(index * Counter::WORDS), self.out);
                    }
                }
                Storage::FloatCounter => {
                    self.float_sums.clear();
                    self.float_sums.resize(series, 0.0);
                    FloatCounter::add_up(&self.reader, values.slot(), &mut self.float_sums);
                    for (index, (sum, line)) in self.float_sums.iter().zip(lines.by_ref()).enumerate() {
                        constant::line(line, &self.constant, self.out);
                        number::float(*sum, self.out);
                        exemplar::of(has_exemplars, values.slot().offset_by(index * FloatCounter::WORDS), self.out);
                    }
                }
                Storage::Float => {
                    for (word, line) in values.shared().iter().zip(lines.by_ref()) {
                        constant::line(line, &self.constant, self.out);
                        number::float(f64::from_bits(word.load(Relaxed)), self.out);
                    }
                }
                Storage::Int => {
                    for (index, (base, line)) in values.shared().iter().zip(lines.by_ref()).enumerate() {
                        let gauge = IntGauge::at(base, values.slot().offset_by(index * IntGauge::WORDS));
                        constant::line(line, &self.constant, self.out);
                        number::signed(gauge.read(self.reader.tables()), self.out);
                    }
                }
                Storage::Optional | Storage::Computed => {
                    for (word, line) in values.shared().iter().zip(lines.by_ref()) {
                        if let Some(value) = value_of_bits(word.load(Relaxed)) {
                            // The line before it may have been left out, with the break that it ends in.
                            let is_first = self.out.ends_with('\n');
                            let line = if is_first { line.trim_start_matches('\n') } else { line };
                            constant::line(line, &self.constant, self.out);
                            number::float(value, self.out);
                        }
                    }
                }
                Storage::Histogram => {
                    for index in 0..series {
                        let slot = values.slot().offset_by(index * core.bounds.words());
                        self.histogram(core, slot, has_exemplars, &mut lines);
                    }
                }
            }
        }
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn histogram<'l>(
        &mut self,
        core: &Core,
        slot: Slot,
        has_exemplars: bool,
        lines: &mut impl Iterator<Item = &'l str>,
    ) {
        self.sums.clear();
        self.sums.resize(core.bounds.buckets(), 0);
        let sum = core.bounds.add_up(&self.reader, slot, &mut self.sums);
        let mut count = 0;
        for (bucket, (sum, line)) in self.sums.iter().zip(lines.by_ref()).enumerate() {
            count += sum;
            constant::line(line, &self.constant, self.out);
            number::unsigned(count, self.out);
            exemplar::of(has_exemplars, Bounds::bucket_word(slot, bucket), self.out);
        }
        if let (Some(sum_line), Some(count_line)) = (lines.next(), lines.next()) {
            constant::line(sum_line, &self.constant, self.out);
            number::float(sum, self.out);
            constant::line(count_line, &self.constant, self.out);
            number::unsigned(count, self.out);
        }
    }
}

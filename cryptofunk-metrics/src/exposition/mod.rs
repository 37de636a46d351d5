//! Text out: the Prometheus text format 0.0.4 and OpenMetrics 1.0.
//!
//! The text of every line but its value is written once, when the series is made. A scrape copies it and appends numbers.

mod escape;
mod foreign;
mod lines;
mod number;

use std::sync::atomic::Ordering::Relaxed;

pub(crate) use lines::Lines;

use crate::{
    cell::{
        ARENA,
        arena::{Reader, Slot},
    },
    descriptor::MetricKind,
    family::{Core, Storage},
    registry,
};

/// An exposition format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The Prometheus text format, version 0.0.4.
    Text,
    /// OpenMetrics, version 1.0.
    OpenMetrics,
}

impl Format {
    /// The value of the `Content-Type` header.
    pub const fn content_type(self) -> &'static str {
        match self {
            Format::Text => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// The format that a scraper asks for in its `Accept` header: OpenMetrics where it is preferred, else the text format.
    ///
    /// ```
    /// use cryptofunk_metrics::exposition::Format;
    ///
    /// let prometheus = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    /// assert_eq!(Format::negotiate(prometheus), Format::OpenMetrics);
    /// assert_eq!(Format::negotiate("text/html"), Format::Text);
    /// ```
    pub fn negotiate(accept: &str) -> Self {
        let mut best = (0.0, Format::Text);
        for range in accept.split(',') {
            let mut parameters = range.split(';').map(str::trim);
            let format = match parameters.next().map(str::to_ascii_lowercase).as_deref() {
                Some("application/openmetrics-text") => Format::OpenMetrics,
                Some("text/plain" | "text/*" | "*/*") => Format::Text,
                _ => continue,
            };
            let mut quality = 1.0;
            let mut known = true;
            for parameter in parameters {
                match parameter.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
                    Some(("q", value)) => quality = value.parse().unwrap_or(1.0),
                    Some(("version", version)) if format == Format::OpenMetrics => {
                        known = matches!(version, "1.0.0" | "0.0.1")
                    }
                    _ => {}
                }
            }
            if known && quality > best.0 {
                best = (quality, format);
            }
        }
        best.1
    }
}

/// Everything that this process exposes, in the Prometheus text format: what `/metrics` answers.
///
/// This library's families come first, by name; then `process_*` and whatever else is in the default registry of the
/// prometheus crate.
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

/// Everything that this process exposes, in the given format.
pub fn encode(format: Format) -> String {
    let mut out = String::new();
    encode_into(format, &mut out);
    out
}

/// Appends everything that this process exposes to a text; a text that is used again needs no new memory.
pub fn encode_into(format: Format, out: &mut String) {
    encode_own(format, out);
    foreign::encode(format, out);
    if format == Format::OpenMetrics {
        out.push_str("# EOF\n");
    }
}

/// Appends the families of this library.
fn encode_own(format: Format, out: &mut String) {
    let mut encoder = Encoder { reader: ARENA.reader(), sums: Vec::new(), out };
    for core in registry::families() {
        encoder.family(format, core);
    }
}

/// Writes a family's `# HELP` and `# TYPE` lines.
fn head(format: Format, name: &str, help: &str, kind: &str, out: &mut String) {
    let name = match format {
        Format::OpenMetrics if kind == MetricKind::Counter.as_str() => name.strip_suffix("_total").unwrap_or(name),
        _ => name,
    };
    for (keyword, text) in [("# HELP ", help), ("# TYPE ", kind)] {
        out.push_str(keyword);
        out.push_str(name);
        out.push(' ');
        escape::help(format, text, out);
        out.push('\n');
    }
}

struct Encoder<'a> {
    reader: Reader<'a>,
    /// Scratch space for the sums of a run.
    sums: Vec<u64>,
    out: &'a mut String,
}

impl Encoder<'_> {
    fn family(&mut self, format: Format, core: &Core) {
        let runs = core.runs();
        if runs.values.is_empty() {
            return;
        }
        self.out.reserve(runs.lines.size() + 1024);
        head(format, core.descriptor.name, core.descriptor.help, core.descriptor.kind.as_str(), self.out);
        let series = core.series();
        let mut lines = runs.lines.iter();
        for values in &runs.values {
            match core.storage {
                Storage::Counter => {
                    self.sums.clear();
                    self.sums.resize(series, 0);
                    self.reader.add_up(values.slot(), &mut self.sums);
                    for (sum, line) in self.sums.iter().zip(lines.by_ref()) {
                        self.out.push_str(line);
                        number::unsigned(*sum, self.out);
                    }
                }
                Storage::Float => {
                    for (word, line) in values.shared().iter().zip(lines.by_ref()) {
                        self.out.push_str(line);
                        number::float(f64::from_bits(word.load(Relaxed)), self.out);
                    }
                }
                Storage::Int => {
                    for (word, line) in values.shared().iter().zip(lines.by_ref()) {
                        self.out.push_str(line);
                        number::signed(word.load(Relaxed) as i64, self.out);
                    }
                }
                Storage::Histogram => {
                    for index in 0..series {
                        self.histogram(core, values.slot().offset_by(index * core.bounds.words()), &mut lines);
                    }
                }
            }
        }
        self.out.push('\n');
    }

    fn histogram<'l>(&mut self, core: &Core, slot: Slot, lines: &mut impl Iterator<Item = &'l str>) {
        self.sums.clear();
        self.sums.resize(core.bounds.buckets(), 0);
        let sum = core.bounds.add_up(&self.reader, slot, &mut self.sums);
        let mut count = 0;
        for (bucket, line) in self.sums.iter().zip(lines.by_ref()) {
            count += bucket;
            self.out.push_str(line);
            number::unsigned(count, self.out);
        }
        if let (Some(sum_line), Some(count_line)) = (lines.next(), lines.next()) {
            self.out.push_str(sum_line);
            number::float(sum, self.out);
            self.out.push_str(count_line);
            number::unsigned(count, self.out);
        }
    }
}

#[cfg(test)]
mod tests;

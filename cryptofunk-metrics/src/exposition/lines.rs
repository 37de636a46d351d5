use super::{escape, number};
use cryptofunk_metrics_catalog::descriptor::{MetricDescriptor, MetricKind};

/// The sample lines of a family up to their values: `name{label="value"} `, in the order in which they are exposed.
///
/// Each but the first begins with the line break that ends the one before it, so that a scrape appends one text and one
/// number a line.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    text: String,
    ends: Vec<usize>,
}

impl Lines {
    /// Adds the lines of a series with these label values.
    pub(crate) fn add(&mut self, family: &MetricDescriptor, values: &[&str]) {
        if family.kind == MetricKind::Histogram {
            for bound in family.buckets {
                self.line(family, "_bucket", values, Some(*bound));
            }
            self.line(family, "_bucket", values, Some(f64::INFINITY));
            self.line(family, "_sum", values, None);
            self.line(family, "_count", values, None);
        } else {
            self.line(family, "", values, None);
        }
    }

    fn line(&mut self, family: &MetricDescriptor, suffix: &str, values: &[&str], le: Option<f64>) {
        if !self.ends.is_empty() {
            self.text.push('\n');
        }
        write_line(family, suffix, values, le, &mut self.text);
        self.ends.push(self.text.len());
    }

    /// Removes some lines from the given one on.
    pub(crate) fn remove(&mut self, first: usize, count: usize) {
        let start = if first == 0 { 0 } else { self.ends[first - 1] };
        let mut end = self.ends[first + count - 1];
        if first == 0 && end < self.text.len() {
            // The line after them is the first now, and begins without a break.
            end += 1;
        }
        self.text.drain(start..end);
        self.ends.drain(first..first + count);
        self.ends[first..].iter_mut().for_each(|place| *place -= end - start);
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The size of all lines with a value of usual length.
    pub(crate) fn size(&self) -> usize {
        self.text.len() + self.ends.len() * 8
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let line = &self.text[start..*end];
            start = *end;
            line
        })
    }
}

fn write_line(family: &MetricDescriptor, suffix: &str, values: &[&str], le: Option<f64>, out: &mut String) {
    out.push_str(family.name);
    out.push_str(suffix);
    let mut separator = '{';
    // An empty value means that the label is absent.
    for (label, value) in family.labels.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
        out.push(separator);
        separator = ',';
        out.push_str(label.name);
        out.push_str("=\"");
        escape::label_value(value, out);
        out.push('"');
    }
    if let Some(le) = le {
        out.push(separator);
        separator = ',';
        out.push_str("le=\"");
        number::bound(le, out);
        out.push('"');
    }
    if separator == ',' {
        out.push('}');
    }
    out.push(' ');
}

use super::{escape, number};
use crate::family::{Core, Storage};

/// The sample lines of a run up to their values: `name{label="value"} `, in the order in which they are exposed.
#[derive(Debug)]
pub(crate) struct Lines {
    text: Box<str>,
    ends: Box<[u32]>,
}

impl Lines {
    /// `each_series` calls its argument with the label values of every series.
    pub(crate) fn new(core: &Core, each_series: impl FnOnce(&mut dyn FnMut(&[&str]))) -> Self {
        let mut text = String::new();
        let mut ends = Vec::new();
        each_series(&mut |values| {
            let mut line = |suffix, le| {
                write_line(core, suffix, values, le, &mut text);
                ends.push(text.len() as u32);
            };
            if core.storage == Storage::Histogram {
                for bound in core.bounds.values() {
                    line("_bucket", Some(*bound));
                }
                line("_bucket", Some(f64::INFINITY));
                line("_sum", None);
                line("_count", None);
            } else {
                line("", None);
            }
        });
        Lines { text: text.into(), ends: ends.into() }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let end = *end as usize;
            let line = &self.text[start..end];
            start = end;
            line
        })
    }
}

fn write_line(core: &Core, suffix: &str, values: &[&str], le: Option<f64>, out: &mut String) {
    out.push_str(core.descriptor.name);
    out.push_str(suffix);
    let mut separator = '{';
    for (label, value) in core.descriptor.labels.iter().zip(values) {
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

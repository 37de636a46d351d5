//! Constant labels, put into lines that were written before they were known.

use cryptofunk_metrics_catalog::descriptor::MetricDescriptor;
use prometheus::proto::{LabelPair, Metric};

use super::escape;
use crate::constant_labels;

/// The constant labels that a family has none of its own for, as they stand between braces.
pub(super) fn text(family: &MetricDescriptor, out: &mut String) {
    out.clear();
    let has = |name: &str| family.labels.iter().any(|label| label.name == name);
    // An empty value means that the label is absent.
    for (name, value) in constant_labels::current().iter().filter(|(name, value)| !value.is_empty() && !has(name)) {
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(name);
        out.push_str("=\"");
        escape::label_value(value, out);
        out.push('"');
    }
}

/// Writes a line up to its value, `name{label="value"} ` or `name `, with these labels first.
#[inline]
pub(super) fn line(line: &str, labels: &str, out: &mut String) {
    if labels.is_empty() { out.push_str(line) } else { labelled(line, labels, out) }
}

fn labelled(line: &str, labels: &str, out: &mut String) {
    // A name has neither; what labels contain comes after it.
    let (name, rest) = line.split_at(line.find(['{', ' ']).unwrap_or(line.len()));
    for part in [name, "{", labels] {
        out.push_str(part);
    }
    match rest.strip_prefix('{') {
        Some(others) => {
            out.push(',');
            out.push_str(others);
        }
        None => {
            out.push('}');
            out.push_str(rest);
        }
    }
}

/// Adds them to a sample of the prometheus crate, as far as it has none of their names.
pub(crate) fn add(metric: &mut Metric) {
    let constant = constant_labels::current();
    if constant.is_empty() {
        return;
    }
    let own = metric.take_label();
    let missing =
        constant.iter().filter(|(name, value)| !value.is_empty() && own.iter().all(|pair| pair.name() != name));
    let missing = missing.map(|(name, value)| {
        let mut pair = LabelPair::default();
        pair.set_name(name.clone());
        pair.set_value(value.clone());
        pair
    });
    metric.set_label(missing.chain(own.iter().cloned()).collect());
}

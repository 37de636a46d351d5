//! Assumptions, made and tried.

use cryptofunk_metrics_catalog::{
    Catalog,
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor, MetricKind},
    key::key,
    series_of_histogram,
};

use crate::{
    assumption::Assumed,
    checked::{Purpose, query_findings},
    names::BUILT_IN,
    node::{ANY, MatchOperator, Matcher, Node, Tree, UNKNOWN_RANGE},
    schema::Schema,
};

#[cfg(test)]
mod tests;

/// What makes a query right, as the bytes of an [`Assumption`](crate::assumption::Assumption); none if that is more than they can say.
pub(super) fn assumption(tree: &Tree<'_>, purpose: Purpose, printed: &[&str]) -> Vec<u8> {
    Assumptions::of(tree, purpose, printed).and_then(|assumptions| assumptions.bytes()).unwrap_or_default()
}

/// What is assumed of a query's metrics.
#[derive(Debug)]
struct Assumptions<'a> {
    /// Each with the labels that it has.
    metrics: Vec<(&'a str, Assumed, Vec<&'a str>)>,
    values: Vec<(&'a str, &'a str)>,
    alike: bool,
    range_ms: u32,
}

impl<'a> Assumptions<'a> {
    fn of(tree: &Tree<'a>, purpose: Purpose, printed: &[&str]) -> Option<Self> {
        let names = &tree.names;
        let is_named = |label: &&str| BUILT_IN.contains(label) || names.list.contains(label);
        if !names.variables.is_empty() || names.list.contains(&"__name__") || !printed.iter().all(is_named) {
            return None;
        }
        let mut made = Assumptions { metrics: Vec::new(), values: Vec::new(), alike: false, range_ms: u32::MAX };
        let mut left = vec![tree.root];
        while let Some(node) = left.pop() {
            let node = node.get();
            if let Node::Selector { metric, matchers, range_ms, .. } = node {
                made.add(metric, matchers, names.list)?;
                if range_ms > 0 && range_ms != UNKNOWN_RANGE {
                    made.range_ms = made.range_ms.min(range_ms.try_into().unwrap_or(u32::MAX));
                }
            }
            node.each_part(&mut |part| left.push(part));
        }
        let is_right = |others: Others| {
            let schema = Schema::new(made.catalog(others));
            query_findings(&schema, tree, purpose, printed, &[]).is_empty()
        };
        // Labels that the query does not name may be there, or not: both are tried.
        if !is_right(Others::None) || !is_right(Others::Shared) {
            return None;
        }
        let may_differ = made.metrics.len() <= 2 && is_right(Others::Own) && is_right(Others::Both);
        Some(Assumptions { alike: made.metrics.len() > 1 && !may_differ, ..made })
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = vec![self.alike.into()];
        bytes.extend(self.range_ms.to_le_bytes());
        for (name, assumed, labels) in &self.metrics {
            bytes.push(*assumed as u8);
            push_key(&mut bytes, name);
            if let Some((base, _)) = series_of_histogram(name) {
                bytes.extend(key(base).to_le_bytes());
            }
            bytes.push(labels.len().try_into().ok()?);
            labels.iter().for_each(|label| push_key(&mut bytes, label));
            for (label, value) in &self.values {
                bytes.push(1);
                push_key(&mut bytes, label);
                push_text(&mut bytes, label)?;
                push_text(&mut bytes, value)?;
            }
            bytes.push(0);
        }
        Some(bytes)
    }

    /// Adds a selector, if what it asks for can be assumed.
    fn add(&mut self, metric: &'a str, matchers: &[Matcher<'a>], named: &[&'a str]) -> Option<()> {
        if metric.is_empty() || metric.contains(ANY) {
            return None;
        }
        let mut seen = Vec::new();
        for Matcher { label, operator, value, .. } in matchers {
            if label.contains(ANY) || matches!(*label, "le" | "__name__") {
                return None;
            }
            // A value that is asked for must be there. Of other matchers it depends on all values: they must not be known.
            let is_plain = *operator == MatchOperator::Equal && !value.contains(ANY) && !seen.contains(label);
            let value = if is_plain { *value } else { "" };
            if !matches!(*label, "job" | "instance") && !self.values.contains(&(*label, value)) {
                self.values.push((*label, value));
            }
            seen.push(*label);
        }
        let place = self.metrics.iter().position(|(name, ..)| *name == metric).unwrap_or_else(|| {
            self.metrics.push((metric, guess(metric), Vec::new()));
            self.metrics.len() - 1
        });
        let labels = &mut self.metrics[place].2;
        for label in seen.iter().chain(named).copied() {
            if !BUILT_IN.contains(&label) && !labels.contains(&label) {
                labels.push(label);
            }
        }
        Some(())
    }

    /// The metrics as families. Catalogues are constants, so that this one is never freed.
    fn catalog(&self, others: Others) -> Catalog {
        let families = self.metrics.iter().enumerate().map(|(i, (name, assumed, labels))| {
            let own = format!("__other_{i}");
            let shared = "__other";
            let others: &[&str] = match others {
                Others::None => &[],
                Others::Shared => &[shared],
                Others::Own => &[&own],
                Others::Both => &[shared, &own],
            };
            let label =
                |name: &&str| LabelDescriptor { name: name.to_string().leak(), values: LabelValues::Open { limit: 1 } };
            let labels: Vec<_> = labels.iter().chain(others).map(label).collect();
            let (name, kind) = match assumed {
                Assumed::Counter | Assumed::Total => (*name, MetricKind::Counter),
                Assumed::Gauge => (*name, MetricKind::Gauge),
                Assumed::Buckets => (name.strip_suffix("_bucket").unwrap_or(name), MetricKind::Histogram),
            };
            let family = MetricDescriptor::new(name.to_owned().leak(), kind);
            MetricDescriptor { labels: labels.leak(), buckets: &[1.0], ..family }
        });
        Catalog::unchecked(vec![&*families.collect::<Vec<_>>().leak()].leak())
    }
}

fn push_key(bytes: &mut Vec<u8>, name: &str) {
    bytes.extend(key(name.as_bytes()).to_le_bytes());
}

/// Adds a text with its length, if one byte can hold that.
fn push_text(bytes: &mut Vec<u8>, text: &str) -> Option<()> {
    bytes.push(text.len().try_into().ok()?);
    bytes.extend(text.as_bytes());
    Some(())
}

/// The labels of a metric that a query does not name.
#[derive(Clone, Copy)]
enum Others {
    None,
    /// One that every metric has.
    Shared,
    /// One of its own.
    Own,
    Both,
}

/// What a metric is by its name.
fn guess(metric: &str) -> Assumed {
    match series_of_histogram(metric) {
        Some((_, true)) => Assumed::Buckets,
        Some((_, false)) => Assumed::Total,
        None if metric.ends_with("_total") => Assumed::Counter,
        None => Assumed::Gauge,
    }
}

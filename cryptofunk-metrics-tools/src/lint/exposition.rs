//! The text of a `/metrics`, as Prometheus and OpenMetrics have it.

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::families::Type;

/// The families of a text by the names that their series begin with.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    pub(super) families: BTreeMap<String, Exposed>,
}

/// A family that is exposed.
#[derive(Debug, Default, Clone)]
pub(super) struct Exposed {
    pub(super) kind: Type,
    /// Whether `# TYPE` says so.
    pub(super) is_typed: bool,
    /// The labels, with the values seen.
    pub(super) labels: BTreeMap<String, BTreeSet<String>>,
    pub(super) has_series: bool,
}

/// A line that is neither a comment nor a sample, by its number from 1.
pub(super) struct NoSample<'t> {
    pub(super) line: u64,
    pub(super) text: &'t str,
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Exposition, NoSample<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut exposition = Exposition::default();
    // OpenMetrics ends with this, and names counters and infos without their suffixes.
    let is_openmetrics = text.lines().next_back().is_some_and(|line| line.trim() == "# EOF");
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix('#') {
            if let Some((name, kind)) = typed(comment) {
                exposition.declare(name, kind, is_openmetrics);
            }
            continue;
        }
        if !line.is_empty() {
            let sample = sample(line).ok_or(NoSample { line: number, text: line })?;
            exposition.add(sample);
        }
    }
    Ok(exposition)
}

/// What a comment says of a family: `TYPE name counter`.
fn typed(comment: &str) -> Option<(String, Type)> {
    let rest = comment.trim_start().strip_prefix("TYPE")?;
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let (name, rest) = match rest.strip_prefix('"') {
        Some(_) => quoted(rest)?,
        None => {
            let (name, rest) = rest.split_once([' ', '\t'])?;
            (name.to_owned(), rest)
        }
    };
    Some((name, Type::named(rest.trim())))
}

struct Sample {
    name: String,
    labels: Vec<(String, String)>,
}

/// A sample: `name{label="value"} 1`, or `{"a.name",label="value"} 1`.
fn sample(line: &str) -> Option<Sample> {
    let end = line.find(|c: char| c == '{' || c.is_whitespace())?;
    let mut name = line[..end].to_owned();
    if !name.is_empty() && !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':')) {
        return None;
    }
    let mut rest = line[end..].trim_start();
    let mut labels = Vec::new();
    // What OpenMetrics 2 writes in braces is the value of a native histogram.
    let is_value = |inside: &str| inside.trim_start().starts_with("count:");
    if let Some(inside) = rest.strip_prefix('{').filter(|inside| !is_value(inside)) {
        rest = inside.trim_start();
        loop {
            if let Some(after) = rest.strip_prefix('}') {
                rest = after;
                break;
            }
            let (word, after) = if rest.starts_with('"') {
                quoted(rest)?
            } else {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':')))?;
                (rest[..end].to_owned(), &rest[end..])
            };
            let after = after.trim_start();
            rest = match after.strip_prefix('=') {
                Some(value) => {
                    let (value, after) = quoted(value.trim_start())?;
                    labels.push((word, value));
                    after
                }
                // The name of the metric, in quotes.
                None if name.is_empty() => {
                    name = word;
                    after
                }
                None => return None,
            }
            .trim_start();
            match rest.strip_prefix(',') {
                Some(after) => rest = after.trim_start(),
                None if rest.starts_with('}') => {}
                None => return None,
            }
        }
    }
    let value = rest.split_whitespace().next()?;
    let is_value = value.starts_with('{') || value.parse::<f64>().is_ok() || value.starts_with("0x");
    (!name.is_empty() && is_value).then_some(Sample { name, labels })
}

/// A text in quotes, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 2..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                c => value.push(c),
            },
            c => value.push(c),
        }
    }
    None
}

impl Exposition {
    fn declare(&mut self, name: String, kind: Type, is_openmetrics: bool) {
        let suffix = match kind {
            Type::Counter if is_openmetrics => "_total",
            Type::Info => "_info",
            _ => "",
        };
        let name = if suffix.is_empty() || name.ends_with(suffix) { name } else { name + suffix };
        let family = self.families.entry(name).or_default();
        (family.kind, family.is_typed) = (kind, true);
    }

    fn add(&mut self, sample: Sample) {
        let Sample { name, labels } = sample;
        let (family, suffix) = self.family_of(&name);
        let family = self.families.entry(family).or_default();
        family.has_series = true;
        let own = match (family.kind, suffix) {
            (Type::Histogram | Type::GaugeHistogram, "_bucket") => Some("le"),
            (Type::Summary, "") => Some("quantile"),
            _ => None,
        };
        for (label, value) in labels {
            if own != Some(label.as_str()) {
                family.labels.entry(label).or_default().insert(value);
            }
        }
    }

    /// The family that a series belongs to, and what its name has beyond that.
    fn family_of(&self, name: &str) -> (String, &'static str) {
        for suffix in ["_bucket", "_sum", "_count", "_gsum", "_gcount", "_created"] {
            let Some(base) = name.strip_suffix(suffix) else { continue };
            let kind = |name: &str| self.families.get(name).filter(|family| family.is_typed).map(|family| family.kind);
            let belongs = matches!(
                (kind(base), suffix),
                (Some(Type::Histogram), "_bucket" | "_sum" | "_count" | "_created")
                    | (Some(Type::Summary), "_sum" | "_count" | "_created")
                    | (Some(Type::GaugeHistogram), "_bucket" | "_gsum" | "_gcount")
                    | (Some(Type::Counter), "_created")
            );
            if belongs {
                return (base.to_owned(), suffix);
            }
            let counter = format!("{base}_total");
            if suffix == "_created" && kind(&counter) == Some(Type::Counter) {
                return (counter, suffix);
            }
        }
        (name.to_owned(), "")
    }

    /// Joins a counter that is declared without `_total` with its series.
    pub(super) fn joined(mut self) -> Self {
        let bare: Vec<String> = self
            .families
            .iter()
            .filter(|(name, family)| {
                let total = self.families.get(&format!("{name}_total"));
                family.kind == Type::Counter && !family.has_series && total.is_some_and(|total| !total.is_typed)
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in bare {
            self.families.remove(&name);
            if let Some(total) = self.families.get_mut(&format!("{name}_total")) {
                (total.kind, total.is_typed) = (Type::Counter, true);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families(text: &str) -> String {
        let exposition = read(text).map_err(|wrong| wrong.text.to_owned()).expect("an exposition").joined();
        let family = |(name, family): (&String, &Exposed)| {
            let labels: Vec<&str> = family.labels.keys().map(String::as_str).collect();
            format!("{name} {:?}({})", family.kind, labels.join(" "))
        };
        exposition.families.iter().map(family).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn each_type_is_read_with_its_series() {
        for (text, expected) in [
            ("# TYPE a counter\na_total 1\na_created 2\n# EOF\n", "a_total Counter()"),
            ("# TYPE a counter\na_total{x=\"1\"} 1\n", "a_total Counter(x)"),
            ("# TYPE a_total counter\na_total 1\n", "a_total Counter()"),
            ("# TYPE a untyped\na 1\n# TYPE b unknown\nb 1\nc 1\n", "a Untyped(), b Untyped(), c Untyped()"),
            ("# TYPE a summary\na{quantile=\"0.5\",x=\"\"} 1\na_sum 1\na_count 1\n", "a Summary(x)"),
            ("# TYPE a info\na_info{v=\"1\"} 1\n# EOF", "a_info Info(v)"),
            ("# TYPE a stateset\na{a=\"x\"} 1\n", "a StateSet(a)"),
            ("# TYPE a gaugehistogram\na_bucket{le=\"1\"} 1\na_gsum 1\na_gcount 1\n", "a GaugeHistogram()"),
            ("# TYPE \"a.b\" gauge\n{\"a.b\",\"c.d\"=\"e\"} 1\n", "a.b Gauge(c.d)"),
            ("# TYPE a gauge\n# HELP a x\n\n", "a Gauge()"),
            ("a{b=\"}, \\\" c\",} NaN 1700000000000\n", "a Untyped(b)"),
            ("a_bucket{le=\"1\"} 1 # {trace_id=\"x\"} 0.5 1.0\n", "a_bucket Untyped(le)"),
            ("a  +Inf\r\nb\t-1e-3\r\n", "a Untyped(), b Untyped()"),
            ("# TYPE a histogram\na {count:1,sum:2}\n", "a Histogram()"),
        ] {
            assert_eq!(families(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_sample_is_refused() {
        for text in [
            "<html>",
            "a",
            "a{",
            "a{b} 1",
            "a{b=c} 1",
            "a b",
            "{\"a\" \"b\"} 1",
            "{} 1",
            "a-b 1",
            "a{b=\"c\" d=\"e\"} 1",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

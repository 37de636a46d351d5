//! An exposition in the text format, taken apart again for people.

use std::borrow::Cow;

/// One family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Family<'a> {
    pub(super) name: &'a str,
    pub(super) help: &'a str,
    pub(super) kind: &'a str,
    /// The lines of its series.
    pub(super) samples: &'a str,
}

/// Upper bounds, and how many observations are not above each.
pub(super) type Buckets = Vec<(f64, f64)>;

/// One label set of a family, with its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series<'a> {
    /// The sample without its value: `name{label="value"}`. Of a histogram it is that of its count.
    pub(super) key: &'a str,
    pub(super) value: f64,
    /// Of a histogram.
    pub(super) sum: f64,
    pub(super) buckets: Buckets,
}

impl<'a> Family<'a> {
    pub(super) fn is_histogram(self) -> bool {
        self.kind == "histogram"
    }

    /// Whether its values only go up.
    pub(super) fn is_cumulative(self) -> bool {
        matches!(self.kind, "counter" | "histogram")
    }

    /// Its label sets, in the order of the exposition.
    pub(super) fn series(self) -> impl Iterator<Item = Series<'a>> {
        let mut buckets = Buckets::new();
        let mut sum = 0.0;
        self.lines().filter_map(move |(key, value)| {
            if !self.is_histogram() {
                return Some(Series { key, value, sum: 0.0, buckets: Buckets::new() });
            }
            let suffix = key.strip_prefix(self.name).unwrap_or_default();
            if suffix.starts_with("_bucket{") {
                buckets.extend(bound(key).map(|bound| (bound, value)));
            } else if suffix.starts_with("_sum") {
                sum = value;
            } else if suffix.starts_with("_count") {
                return Some(Series {
                    key,
                    value,
                    sum: std::mem::take(&mut sum),
                    buckets: std::mem::take(&mut buckets),
                });
            }
            None
        })
    }

    /// The buckets of all its label sets together.
    pub(super) fn buckets(self) -> Buckets {
        let mut all = Buckets::new();
        for (key, value) in
            self.lines().filter(|(key, _)| key[self.name.len().min(key.len())..].starts_with("_bucket{"))
        {
            let Some(bound) = bound(key) else { continue };
            match all.binary_search_by(|(other, _)| other.total_cmp(&bound)) {
                Ok(at) => all[at].1 += value,
                Err(at) => all.insert(at, (bound, value)),
            }
        }
        all
    }

    /// Samples that are counted or plotted, with their values: those of a histogram are its counts.
    pub(super) fn values(self) -> impl Iterator<Item = (&'a str, f64)> {
        self.lines().filter(move |(key, _)| {
            !self.is_histogram() || key.strip_prefix(self.name).is_some_and(|suffix| suffix.starts_with("_count"))
        })
    }

    /// Every sample with its value.
    fn lines(self) -> impl Iterator<Item = (&'a str, f64)> {
        self.samples.lines().filter_map(|line| {
            let (key, value) = line.rsplit_once(' ')?;
            Some((key, value.parse().ok()?))
        })
    }
}

/// The bound of a bucket, whose label stands last.
fn bound(key: &str) -> Option<f64> {
    let (before, bound) = key.rsplit_once("le=\"")?;
    // In a value a quote would have a backslash before it.
    let bound = bound.strip_suffix("\"}").filter(|_| before.ends_with(['{', ',']))?;
    if bound == "+Inf" { Some(f64::INFINITY) } else { bound.parse().ok() }
}

/// A name, and a value as it was before it was written.
pub(super) type Label<'a> = (&'a str, Cow<'a, str>);

/// The labels of a sample.
pub(super) fn labels(key: &str) -> Vec<Label<'_>> {
    let mut labels = Vec::new();
    let mut rest = key.split_once('{').map_or("", |(_, rest)| rest);
    while let Some((name, value)) = rest.split_once("=\"") {
        let Some(end) = end_of_value(value) else { break };
        labels.push((name, unescaped(&value[..end])));
        rest = value[end + 1..].trim_start_matches(',');
    }
    labels
}

/// Where the quote is that ends a value.
fn end_of_value(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            (c, false) => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A help text as it was before it was written.
pub(super) fn help(text: &str) -> Cow<'_, str> {
    unescaped(text)
}

/// The families of an exposition, each of which begins with its help.
pub(super) fn families(exposition: &str) -> impl Iterator<Item = Family<'_>> {
    const HELP: &str = "# HELP ";
    let starts = std::iter::once(0).chain(exposition.match_indices("\n# HELP ").map(|(at, _)| at + 1));
    let ends = exposition.match_indices("\n# HELP ").map(|(at, _)| at + 1).chain([exposition.len()]);
    starts.zip(ends).filter_map(|(start, end)| {
        let (head, rest) = exposition[start..end].strip_prefix(HELP)?.split_once('\n')?;
        let (name, help) = head.split_once(' ')?;
        let (kind, samples) = rest.split_once('\n')?;
        Some(Family { name, help, kind: kind.rsplit(' ').next()?, samples })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HISTOGRAM: &str = "h_bucket{a=\"le=\\\"9\\\"\",le=\"0.1\"} 1\nh_bucket{a=\"le=\\\"9\\\"\",le=\"+Inf\"} 3\n\
        h_sum{a=\"le=\\\"9\\\"\"} 1.5\nh_count{a=\"le=\\\"9\\\"\"} 3\n\
        h_bucket{a=\"y\",le=\"0.1\"} 4\nh_bucket{a=\"y\",le=\"+Inf\"} 4\nh_sum{a=\"y\"} 0.2\nh_count{a=\"y\"} 4\n";

    fn family<'a>(name: &'a str, kind: &'a str, samples: &'a str) -> Family<'a> {
        Family { name, help: "", kind, samples }
    }

    #[test]
    fn families_are_split_at_their_help() {
        let text = "# HELP a First.\n# TYPE a gauge\na 1\n# HELP b Second, with # HELP inside.\n# TYPE b counter\nb{x=\"1\"} 2\nb{x=\"2\"} 3\n";
        let all: Vec<_> =
            families(text).map(|family| (family.name, family.help, family.kind, family.samples)).collect();
        assert_eq!(
            all,
            [
                ("a", "First.", "gauge", "a 1\n"),
                ("b", "Second, with # HELP inside.", "counter", "b{x=\"1\"} 2\nb{x=\"2\"} 3\n"),
            ]
        );
    }

    #[test]
    fn the_buckets_of_a_label_set_belong_together() {
        let histogram = family("h", "histogram", HISTOGRAM);
        let all: Vec<_> = histogram.series().map(|series| (series.value, series.sum, series.buckets)).collect();
        let inf = f64::INFINITY;
        assert_eq!(all, [(3.0, 1.5, vec![(0.1, 1.0), (inf, 3.0)]), (4.0, 0.2, vec![(0.1, 4.0), (inf, 4.0)])]);
        assert_eq!(histogram.buckets(), [(0.1, 5.0), (inf, 7.0)]);
        assert_eq!(histogram.values().map(|(_, value)| value).collect::<Vec<_>>(), [3.0, 4.0]);
    }

    #[test]
    fn other_kinds_have_a_value_a_line() {
        for kind in ["counter", "gauge", "summary", "untyped"] {
            let values: Vec<_> = family("f", kind, "f{a=\"x y\"} 1\nf -2.5\nf{b=\"\"} NaN\n").values().collect();
            assert_eq!(&values[..2], [("f{a=\"x y\"}", 1.0), ("f", -2.5)]);
            assert!(values[2].1.is_nan());
        }
        assert!(!family("f", "summary", "").is_cumulative(), "quantiles go up and down");
    }

    #[test]
    fn label_values_are_read_as_they_were_before_they_were_written() {
        let key = r#"f{a="x, b=\"y\"",b="back\\slash",c="two\nlines",d="}{",e=""}"#;
        let read = labels(key);
        let read: Vec<(&str, &str)> = read.iter().map(|(name, value)| (*name, &**value)).collect();
        assert_eq!(read, [("a", "x, b=\"y\""), ("b", "back\\slash"), ("c", "two\nlines"), ("d", "}{"), ("e", "")]);
        assert!(labels("f").is_empty() && labels("f{}").is_empty() && labels("f{a=\"open").is_empty());
    }
}

//! The text of `/metrics`, taken apart.

use std::collections::{BTreeMap, BTreeSet};

/// A scrape.
pub(crate) struct Exposition {
    pub(crate) text: String,
    /// The type of each family.
    types: BTreeMap<String, String>,
    /// The value of each series: its name, and its labels by name.
    samples: BTreeMap<(String, BTreeMap<String, String>), f64>,
}

impl Exposition {
    pub(crate) fn read(text: String) -> Self {
        let mut types = BTreeMap::new();
        let mut samples = BTreeMap::new();
        for line in text.lines() {
            if let Some(head) = line.strip_prefix("# TYPE ") {
                let (name, kind) = head.split_once(' ').expect("a name and a type");
                assert_eq!(types.insert(name.to_owned(), kind.to_owned()), None, "{name} twice");
            } else if !line.starts_with('#') {
                let (series, value) = line.rsplit_once(' ').expect("a series and a value");
                let value = value.parse().expect("a number");
                assert_eq!(samples.insert(split(series), value), None, "{series} twice");
            }
        }
        Exposition { text, types, samples }
    }

    /// The families of whose names this holds.
    pub(crate) fn families(&self, of: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        self.types.keys().map(String::as_str).filter(|name| of(name)).collect()
    }

    /// The type of a family.
    pub(crate) fn kind(&self, family: &str) -> &str {
        &self.types[family]
    }

    /// The value of the series with exactly these labels.
    pub(crate) fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        self.samples.get(&(name.to_owned(), owned(labels))).copied()
    }

    /// The sum of all series of a name with at least these labels.
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        self.series(name)
            .filter(|(found, _)| {
                labels.iter().all(|(label, value)| found.get(*label).is_some_and(|found| found == value))
            })
            .map(|(_, value)| value)
            .sum()
    }

    /// All series of a name.
    pub(crate) fn series(&self, name: &str) -> impl Iterator<Item = (&BTreeMap<String, String>, f64)> {
        self.samples.iter().filter(move |((found, _), _)| found == name).map(|((_, labels), value)| (labels, *value))
    }

    #[cfg(any(feature = "otel", feature = "both"))]
    /// The values that a label has in the series of a name.
    pub(crate) fn values(&self, name: &str, label: &str) -> BTreeSet<&str> {
        self.series(name).filter_map(|(labels, _)| labels.get(label).map(String::as_str)).collect()
    }

    /// Compares all series of a name that are not 0 with these: the values of some labels, and the value. Every series has the labels
    /// and nothing beside them; one that is said to be empty is absent.
    pub(crate) fn assert_series<const N: usize>(
        &self,
        name: &str,
        fixed: &[(&str, &str)],
        labels: [&str; N],
        expected: &[([&str; N], u32)],
    ) {
        let seen: BTreeMap<_, _> = self
            .series(name)
            .filter(|(_, value)| *value != 0.0)
            .map(|(labels, value)| (labels.clone(), value))
            .collect();
        let expected: BTreeMap<_, _> = expected
            .iter()
            .map(|(values, count)| {
                let own = labels.iter().copied().zip(values.iter().copied()).filter(|(_, value)| !value.is_empty());
                let all: Vec<_> = fixed.iter().copied().chain(own).collect();
                (owned(&all), f64::from(*count))
            })
            .collect();
        assert_eq!(seen, expected, "{name}");
    }
}

fn owned(labels: &[(&str, &str)]) -> BTreeMap<String, String> {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A series as its name and labels. No value of these tests has a quote, a comma or an escape in it.
fn split(series: &str) -> (String, BTreeMap<String, String>) {
    let Some((name, labels)) = series.strip_suffix('}').and_then(|series| series.split_once('{')) else {
        return (series.to_owned(), BTreeMap::new());
    };
    let labels = labels.split(',').map(|label| {
        let (name, value) = label.split_once('=').expect("a label");
        (name.to_owned(), value.trim_matches('"').to_owned())
    });
    (name.to_owned(), labels.collect())
}

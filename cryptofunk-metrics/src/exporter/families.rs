//! An exposition in the text format, taken apart again for people.

/// One family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Family<'a> {
    pub(super) name: &'a str,
    pub(super) help: &'a str,
    pub(super) kind: &'a str,
    /// The lines of its series.
    pub(super) samples: &'a str,
}

impl<'a> Family<'a> {
    /// The series of a gauge with their values; the observations of a histogram, and the counts of a counter.
    pub(super) fn values(self) -> impl Iterator<Item = (&'a str, f64)> {
        let lines = self.samples.lines();
        let lines = lines.filter(move |line| {
            let suffix = line.strip_prefix(self.name).unwrap_or_default();
            self.kind != "histogram" || suffix.starts_with("_count")
        });
        lines.filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            Some((series, value.parse().ok()?))
        })
    }

    /// Whether its values only go up.
    pub(super) fn is_cumulative(self) -> bool {
        self.kind != "gauge"
    }

    pub(super) fn total(self) -> f64 {
        self.values().map(|(_, value)| value).sum()
    }

    /// The family in one number: the sum of a counter, the observations of a histogram, the value of a gauge if it has one.
    pub(super) fn summary(self) -> String {
        match self.values().count() {
            series if series != 1 && !self.is_cumulative() => format!("{series} series"),
            _ => number(self.total()),
        }
    }
}

pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 { value.to_string() } else { format!("{value:.3}") }
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

    #[test]
    fn a_family_is_summed_up_in_one_number() {
        let summary = |kind, samples| Family { name: "f", help: "", kind, samples }.summary();
        assert_eq!(summary("gauge", "f 1.58477\n"), "1.585");
        assert_eq!(summary("gauge", "f{a=\"1\"} 1\nf{a=\"2\"} 1\n"), "2 series");
        assert_eq!(summary("counter", "f{a=\"1\"} 40\nf{a=\"2\"} 2\n"), "42");
        assert_eq!(summary("histogram", "f_bucket{le=\"+Inf\"} 3\nf_sum 1.5\nf_count 3\n"), "3");
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
}

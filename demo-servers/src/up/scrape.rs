//! Reading `/metrics` of a component, as far as the table needs it.

use std::time::Duration;

/// How long a scrape may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The samples of one scrape.
#[derive(Debug, Clone, Default)]
pub(super) struct Samples(Vec<Sample>);

#[derive(Debug, Clone)]
struct Sample {
    name: String,
    labels: String,
    value: f64,
}

impl Samples {
    /// Scrapes; nothing if there is no answer.
    pub(super) async fn of(client: &reqwest::Client, url: &str, token: Option<&str>) -> Option<Self> {
        let mut request = client.get(url).timeout(PATIENCE);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.ok()?.error_for_status().ok()?;
        Some(Samples::parse(&answer.text().await.ok()?))
    }

    /// The samples of a text in Prometheus' format. Label values of this system hold no braces and no quotes.
    fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let samples = lines.filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            Some(Sample { name: name.to_owned(), labels: labels.to_owned(), value: value.parse().ok()? })
        });
        Samples(samples.collect())
    }

    /// The sum of the series of this name whose labels hold this text.
    pub(super) fn sum(&self, name: &str, label: &str) -> f64 {
        total(self.of_name(name).filter(|sample| sample.labels.contains(label)).map(|sample| sample.value))
    }

    /// The value of a series, if it is there.
    pub(super) fn value(&self, name: &str) -> Option<f64> {
        self.of_name(name).map(|sample| sample.value).next()
    }

    /// The quantile of a histogram, all its series together: the bound below which that share of the observations lies.
    /// Nothing before the first observation; infinity beyond the last bound.
    pub(super) fn quantile(&self, name: &str, quantile: f64) -> Option<f64> {
        let mut buckets: Vec<(f64, f64)> = Vec::new();
        for sample in self.of_name(&format!("{name}_bucket")) {
            let bound = sample.labels.split("le=\"").nth(1)?.split('"').next()?;
            let bound = if bound == "+Inf" { f64::INFINITY } else { bound.parse().ok()? };
            match buckets.iter_mut().find(|(known, _)| *known == bound) {
                Some((_, count)) => *count += sample.value,
                None => buckets.push((bound, sample.value)),
            }
        }
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        let all = buckets.last().map(|(_, count)| *count).filter(|all| *all > 0.0)?;
        buckets.iter().find(|(_, count)| *count >= quantile * all).map(|(bound, _)| *bound)
    }

    fn of_name(&self, name: &str) -> impl Iterator<Item = &Sample> {
        self.0.iter().filter(move |sample| sample.name == name)
    }
}

/// The sum of values; 0 of none, whose sum would read -0.
pub(super) fn total(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, value| sum + value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scrape_is_read() {
        let samples = Samples::parse(
            "# HELP a A.\n# TYPE a counter\na{x=\"1\",status=\"error\"} 2\na{x=\"2\",status=\"success\"} 3\nb 1.5\n\
             h_bucket{x=\"1\",le=\"0.1\"} 10\nh_bucket{x=\"1\",le=\"1.0\"} 19\nh_bucket{x=\"1\",le=\"+Inf\"} 20\n\
             h_bucket{x=\"2\",le=\"0.1\"} 0\nh_bucket{x=\"2\",le=\"1.0\"} 0\nh_bucket{x=\"2\",le=\"+Inf\"} 0\n",
        );
        assert_eq!((samples.sum("a", ""), samples.sum("a", "status=\"error\"")), (5.0, 2.0));
        assert_eq!(format!("{} {}", samples.sum("nothing", ""), total(std::iter::empty())), "0 0");
        assert_eq!((samples.value("b"), samples.value("c")), (Some(1.5), None));
        assert_eq!(samples.quantile("h", 0.5), Some(0.1));
        assert_eq!(samples.quantile("h", 0.95), Some(1.0));
        assert_eq!(samples.quantile("h", 0.99), Some(f64::INFINITY));
        assert_eq!(samples.quantile("a", 0.5), None);
    }
}

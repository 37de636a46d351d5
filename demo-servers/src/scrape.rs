//! Reading `/metrics` of a component: what it does now, for the table of `up` and the page of the API.

use std::time::Duration;

use cryptofunk_metrics::{
    descriptor::{ComponentDescriptor, ComponentKind},
    exporter::html::Unit,
    exposition::histogram_quantile,
};

/// How long a scrape may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The samples of one scrape.
#[derive(Debug, Clone, Default)]
pub struct Samples(Vec<Sample>);

#[derive(Debug, Clone)]
struct Sample {
    name: String,
    labels: String,
    value: f64,
}

impl Samples {
    /// Scrapes; nothing if there is no answer.
    pub async fn of(client: &reqwest::Client, url: &str, token: Option<&str>) -> Option<Self> {
        let mut request = client.get(url).timeout(PATIENCE);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.ok()?.error_for_status().ok()?;
        Some(Samples::parse(&answer.text().await.ok()?))
    }

    /// The samples of a text in Prometheus' format. Label values of this system hold no braces and no quotes.
    pub(crate) fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let samples = lines.filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            Some(Sample { name: name.to_owned(), labels: labels.to_owned(), value: value.parse().ok()? })
        });
        Samples(samples.collect())
    }

    /// The sum of the series of this name whose labels hold this text.
    pub fn sum(&self, name: &str, label: &str) -> f64 {
        total(self.of_name(name).filter(|sample| sample.labels.contains(label)).map(|sample| sample.value))
    }

    /// The value of a series, if it is there.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.of_name(name).map(|sample| sample.value).next()
    }

    /// The quantile of a histogram of durations, all its series together, as it is shown: `12.3 ms`, or `> 5 s` above the last bound.
    /// Nothing before the first observation.
    pub fn quantile(&self, name: &str, quantile: f64) -> Option<String> {
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
        let [.., (_, within), (_, all)] = *buckets else { return None };
        let value = Some(histogram_quantile(quantile, &buckets)).filter(|value| value.is_finite())?;
        let shown = Unit::Seconds.show(value);
        Some(if quantile * all > within { format!("> {shown}") } else { shown })
    }

    /// Whether the component says that it is healthy.
    pub fn is_healthy(&self) -> bool {
        self.value("cryptofunk_component_healthy") == Some(1.0)
    }

    /// How long the component has run, in seconds.
    pub fn uptime(&self) -> f64 {
        self.value("cryptofunk_component_uptime_seconds").unwrap_or_default()
    }

    fn of_name(&self, name: &str) -> impl Iterator<Item = &Sample> {
        self.0.iter().filter(move |sample| sample.name == name)
    }
}

/// Where a component's work, its duration and its errors are counted.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// A counter, or the count of a histogram.
    pub count: &'static str,
    /// A histogram.
    pub duration: &'static str,
    /// Counters, by name and a label.
    pub errors: &'static [(&'static str, &'static str)],
}

impl Work {
    /// That of a component.
    pub fn of(component: &ComponentDescriptor) -> Self {
        match component.kind {
            ComponentKind::McpServer => Work {
                count: "cryptofunk_mcp_requests_total",
                duration: "cryptofunk_mcp_request_duration_seconds",
                errors: &[("cryptofunk_mcp_requests_total", "status=\"error\"")],
            },
            ComponentKind::Agent => Work {
                count: "cryptofunk_agent_analysis_duration_seconds_count",
                duration: "cryptofunk_agent_analysis_duration_seconds",
                errors: &[
                    ("cryptofunk_agent_mcp_calls_total", "status=\"error\""),
                    ("cryptofunk_agent_llm_calls_total", "status=\"error\""),
                ],
            },
            _ if component.exposes("cryptofunk_http_requests_total") => Work {
                count: "cryptofunk_http_requests_total",
                duration: "cryptofunk_http_request_duration_seconds",
                errors: &[
                    ("cryptofunk_http_requests_total", "status=\"4xx\""),
                    ("cryptofunk_http_requests_total", "status=\"5xx\""),
                ],
            },
            _ => Work {
                count: "cryptofunk_orchestrator_decisions_total",
                duration: "cryptofunk_orchestrator_voting_duration_seconds",
                errors: &[("cryptofunk_orchestrator_signals_total", "result=\"dropped\"")],
            },
        }
    }

    /// How much of it was done.
    pub fn done(&self, samples: &Samples) -> f64 {
        samples.sum(self.count, "")
    }

    /// How often it went wrong.
    pub fn errors(&self, samples: &Samples) -> f64 {
        total(self.errors.iter().map(|(name, label)| samples.sum(name, label)))
    }
}

/// The sum of values; 0 of none, whose sum would read -0.
pub fn total(values: impl Iterator<Item = f64>) -> f64 {
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
        assert_eq!(samples.quantile("h", 0.25).as_deref(), Some("50 ms"));
        assert_eq!(samples.quantile("h", 0.5).as_deref(), Some("100 ms"));
        assert_eq!(samples.quantile("h", 0.95).as_deref(), Some("1 s"));
        assert_eq!(samples.quantile("h", 0.99).as_deref(), Some("> 1 s"));
        assert_eq!(samples.quantile("a", 0.5), None);
    }
}

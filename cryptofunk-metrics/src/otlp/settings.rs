use std::{collections::BTreeMap, env, fmt::Display, str::FromStr, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

use crate::{
    delivery::Server,
    discovery::{DiscoverySettings, InstanceSettings},
    error::Error,
    outbound::{Signal, Tls, Variable},
};

/// Where metrics are exported to, how often, and with which headers and attributes.
///
/// ```
/// use std::time::Duration;
///
/// use cryptofunk_metrics::otlp::OtlpSettings;
///
/// # fn main() -> Result<(), cryptofunk_metrics::Error> {
/// let settings = OtlpSettings::new("http://127.0.0.1:4318/v1/metrics")?.every(Duration::from_secs(15)).compressed();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtlpSettings {
    pub(super) collector: Server,
    pub(super) headers: HeaderMap,
    pub(super) timeout: Duration,
    pub(super) compresses: bool,
    /// Of histograms that have both declared and native buckets.
    pub(super) aggregation: Aggregation,
    pub(super) interval: Duration,
    pub(super) resource: BTreeMap<String, String>,
    pub(super) instance: InstanceSettings,
}

/// The buckets of histograms that have both declared and native ones: a metric of OpenTelemetry has one kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregation {
    /// The declared ones.
    Explicit,
    /// The native ones.
    Exponential,
}

/// Where a collector listens if nobody says otherwise.
const DEFAULT_ENDPOINT: &str = "http://localhost:4318";

impl OtlpSettings {
    /// Exports to the collector at this URL, which has the path, every 60 s.
    ///
    /// # Errors
    ///
    /// If it is no URL with `http://` (or `https://`, with the feature `tls`), or a variable that the instance is read from is wrong.
    pub fn new(url: &str) -> Result<Self, Error> {
        const URL: &str = "the URL of the collector";
        let wrong = |value: &str| Error::Setting {
            variable: URL,
            // What stands before an `@` may be a password.
            value: value.rsplit('@').next().unwrap_or_default().to_owned(),
            expected: "a URL with http://, such as http://127.0.0.1:4318/v1/metrics",
        };
        let server = Server::parse(url, || Tls::of_system(URL, url))?;
        Self::at(server.ok_or_else(|| wrong(url))?)
    }

    fn at(collector: Server) -> Result<Self, Error> {
        let folder = DiscoverySettings::from_env()?.map(|discovery| discovery.folder);
        Ok(OtlpSettings {
            collector,
            headers: HeaderMap::new(),
            timeout: Duration::from_secs(10),
            compresses: false,
            aggregation: Aggregation::Exponential,
            interval: Duration::from_secs(60),
            resource: BTreeMap::new(),
            instance: InstanceSettings::from_env(folder)?,
        })
    }

    /// The settings in the [environment](super#settings); nothing if it names no collector, or says that nothing is exported.
    ///
    /// As OpenTelemetry asks, an invalid value is logged, and the variable is ignored.
    ///
    /// # Errors
    ///
    /// If a variable that the instance is read from is wrong, or the collector is at an `https://` URL and TLS cannot be used: without the
    /// feature `tls`, or with a certificate that cannot be read.
    pub fn from_env() -> Result<Option<Self>, Error> {
        match collector(&variable)? {
            Some(collector) => Self::at(collector).map(|settings| Some(settings.with(&variable))),
            None => Ok(None),
        }
    }

    /// What the environment says beside the collector.
    fn with(mut self, variable: Variable<'_>) -> Self {
        let of_metrics = |name: &str| {
            variable(&format!("OTEL_EXPORTER_OTLP_METRICS_{name}"))
                .or_else(|| variable(&format!("OTEL_EXPORTER_OTLP_{name}")))
        };
        let millis =
            |name, text: String| parsed::<u64>(name, text, "a number of milliseconds").map(Duration::from_millis);
        if let Some(headers) = of_metrics("HEADERS") {
            self.headers = self::headers(&headers);
        }
        if let Some(timeout) = of_metrics("TIMEOUT").and_then(|text| millis("OTEL_EXPORTER_OTLP_TIMEOUT", text)) {
            self.timeout = timeout;
        }
        match of_metrics("COMPRESSION").as_deref() {
            Some("gzip") => self.compresses = true,
            None | Some("none") => {}
            Some(other) => warn("OTEL_EXPORTER_OTLP_COMPRESSION", other, "`gzip` or `none`"),
        }
        const AGGREGATION: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
        match variable(AGGREGATION).map(|text| text.to_lowercase()).as_deref() {
            Some("explicit_bucket_histogram") => self.aggregation = Aggregation::Explicit,
            None | Some("base2_exponential_bucket_histogram") => {}
            Some(other) => {
                warn(AGGREGATION, other, "`explicit_bucket_histogram` or `base2_exponential_bucket_histogram`")
            }
        }
        const INTERVAL: &str = "OTEL_METRIC_EXPORT_INTERVAL";
        let interval =
            variable(INTERVAL).and_then(|text| millis(INTERVAL, text)).filter(|interval| !interval.is_zero());
        self.interval = interval.unwrap_or(self.interval);
        if let Some(attributes) = variable("OTEL_RESOURCE_ATTRIBUTES") {
            self.resource = pairs(&attributes).collect();
        }
        if let Some(name) = variable("OTEL_SERVICE_NAME") {
            self.resource.insert("service.name".to_owned(), name);
        }
        self
    }

    /// Sets the interval between exports; 60 s by default.
    #[must_use]
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Limits the wait for an answer; 10 s by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Compresses requests with gzip.
    #[must_use]
    pub fn compressed(mut self) -> Self {
        self.compresses = true;
        self
    }

    /// Exports histograms that have both declared and native buckets with the declared ones, for a receiver that does not take exponential
    /// histograms.
    #[must_use]
    pub fn explicit_buckets(mut self) -> Self {
        self.aggregation = Aggregation::Explicit;
        self
    }

    /// Adds a header to requests, such as a token.
    #[must_use]
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.headers.insert(name, value);
        self
    }

    /// Adds an attribute to the resource, such as `deployment.environment.name`.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.resource.insert(name.into(), value.into());
        self
    }
}

/// The collector that the environment names, if something is exported there over HTTP.
fn collector(variable: Variable<'_>) -> Result<Option<Server>, Error> {
    let is = |name: &str, expected: &str| variable(name).is_some_and(|value| value.eq_ignore_ascii_case(expected));
    let of_metrics = variable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
    let of_all = variable("OTEL_EXPORTER_OTLP_ENDPOINT");
    let exporters = variable("OTEL_METRICS_EXPORTER");
    let is_wanted = match &exporters {
        Some(exporters) => exporters.split(',').any(|exporter| exporter.trim() == "otlp"),
        None => of_metrics.is_some() || of_all.is_some(),
    };
    if is("OTEL_SDK_DISABLED", "true") || !is_wanted {
        return Ok(None);
    }
    let protocols = ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
    if let Some((name, protocol)) = protocols.into_iter().find_map(|name| Some((name, variable(name)?)))
        && protocol != "http/protobuf"
    {
        warn(name, &protocol, "`http/protobuf`: cryptofunk-metrics has no other protocol, and exports nothing");
        return Ok(None);
    }
    let parse = |name, url: &str| -> Result<Option<Server>, Error> {
        let server = Server::parse(url, || Tls::of_collector(name, url, Signal::Metrics, variable))?;
        if server.is_none() {
            let shown = url.rsplit('@').next().unwrap_or_default();
            warn(name, shown, "a URL with http:// or https://, such as http://127.0.0.1:4318");
        }
        Ok(server)
    };
    let of_all = of_all.as_deref().unwrap_or(DEFAULT_ENDPOINT);
    match of_metrics {
        Some(url) => parse("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &url),
        None => Ok(parse("OTEL_EXPORTER_OTLP_ENDPOINT", of_all)?.map(|server| server.at("/v1/metrics"))),
    }
}

/// Pairs as OpenTelemetry writes them: `a=1,b=2`, with values that are percent-encoded.
fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    let decoded = |text: &str| percent_decode_str(text.trim()).decode_utf8_lossy().into_owned();
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs.map(move |(name, value)| (decoded(name), decoded(value))).filter(|(name, _)| !name.is_empty())
}

fn headers(text: &str) -> HeaderMap {
    let headers = pairs(text).filter_map(|(name, value)| {
        let mut value = HeaderValue::try_from(value).ok()?;
        value.set_sensitive(true);
        Some((HeaderName::try_from(name).ok()?, value))
    });
    headers.collect()
}

fn parsed<T: FromStr<Err: Display>>(name: &str, text: String, expected: &str) -> Option<T> {
    let parsed = text.trim().parse().ok();
    if parsed.is_none() {
        warn(name, &text, expected);
    }
    parsed
}

fn warn(name: &str, value: &str, expected: &str) {
    tracing::warn!("{name} is `{value}`, but should be {expected}");
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| pairs.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
    }

    fn at(pairs: &[(&str, &str)]) -> Option<String> {
        collector(&of(pairs)).expect("no TLS").map(|server| server.to_string())
    }

    #[test]
    fn the_environment_names_a_collector_in_the_ways_of_opentelemetry() {
        const ALL: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
        const METRICS: &str = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
        for (pairs, expected) in [
            (&[][..], None),
            (&[(ALL, "http://collector:4318")], Some("http://collector:4318/v1/metrics")),
            (&[(ALL, "http://collector:4318/team/")], Some("http://collector:4318/team/v1/metrics")),
            (&[(ALL, "http://a"), (METRICS, "http://b:1/in")], Some("http://b:1/in")),
            (&[("OTEL_METRICS_EXPORTER", "otlp")], Some("http://localhost:4318/v1/metrics")),
            (&[(ALL, "http://a"), ("OTEL_METRICS_EXPORTER", "none")], None),
            (&[(ALL, "http://a"), ("OTEL_METRICS_EXPORTER", "console, otlp")], Some("http://a:80/v1/metrics")),
            (&[(ALL, "http://a"), ("OTEL_SDK_DISABLED", "TRUE")], None),
            (&[(ALL, "http://a"), ("OTEL_SDK_DISABLED", "1")], Some("http://a:80/v1/metrics")),
            (&[(ALL, "http://a"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")], None),
            (
                &[
                    (ALL, "http://a"),
                    ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"),
                    ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                ],
                Some("http://a:80/v1/metrics"),
            ),
            (&[(ALL, "a:4318")], None),
        ] {
            assert_eq!(at(pairs).as_deref(), expected, "{pairs:?}");
        }
    }

    #[test]
    fn https_is_for_collectors_too_unless_nothing_can_be_sent_there() {
        let secure = [("OTEL_EXPORTER_OTLP_ENDPOINT", "https://me:secret@collector.example.com")];
        #[cfg(feature = "tls")]
        {
            let server = collector(&of(&secure)).expect("certificates").expect("a collector");
            assert_eq!(server.to_string(), "https://collector.example.com:443/v1/metrics");
        }
        let off = [secure[0], ("OTEL_SDK_DISABLED", "true")];
        assert_eq!(collector(&of(&off)).expect("nothing is sent"), None);
    }

    #[test]
    fn what_belongs_to_metrics_comes_before_what_belongs_to_all_signals() {
        let settings = OtlpSettings::new("http://a").expect("a URL").with(&of(&[
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "authorization=Bearer%20x=, X-Team = b"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1500"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "250"),
            ("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "EXPLICIT_BUCKET_HISTOGRAM"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=one,deployment.environment.name=a%2Cb"),
            ("OTEL_SERVICE_NAME", "two"),
        ]));
        assert_eq!(settings.headers["authorization"], "Bearer x=");
        assert_eq!(settings.headers["x-team"], "b");
        assert_eq!(settings.headers.len(), 2);
        assert!(!format!("{settings:?}").contains("Bearer"), "no token is shown");
        assert_eq!((settings.timeout, settings.interval), (Duration::from_millis(1500), Duration::from_millis(250)));
        assert!(settings.compresses && settings.aggregation == Aggregation::Explicit);
        assert_eq!(settings.resource["service.name"], "two");
        assert_eq!(settings.resource["deployment.environment.name"], "a,b");
    }

    #[test]
    fn what_cannot_be_meant_counts_as_not_there() {
        let settings = OtlpSettings::new("http://a").expect("a URL");
        let wrong = settings.clone().with(&of(&[
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
            ("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "drop"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a b=1,=2,c"),
        ]));
        assert_eq!(settings, wrong);
    }
}

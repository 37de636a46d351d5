/// A text format of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// The Prometheus text format, version 0.0.4.
    Text,
    /// OpenMetrics, version 1.0.
    OpenMetrics,
}

impl Format {
    /// The value of the `Content-Type` header.
    pub const fn content_type(self) -> &'static str {
        match self {
            Format::Text => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// The format that a scraper asks for in its `Accept` header: OpenMetrics if the header prefers it, or else the text format.
    ///
    /// ```
    /// use cryptofunk_metrics::exposition::Format;
    ///
    /// let prometheus = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    /// assert_eq!(Format::negotiate(prometheus), Format::OpenMetrics);
    /// assert_eq!(Format::negotiate("text/html"), Format::Text);
    /// ```
    pub fn negotiate(accept: &str) -> Self {
        preferred(accept, Format::named).unwrap_or(Format::Text)
    }

    /// The format of a media type, if it is one of ours, in this version.
    fn named(media_type: &str, parameters: &[(String, &str)]) -> Option<Self> {
        match media_type {
            "application/openmetrics-text" => {
                let mut versions = parameters.iter().filter(|(name, _)| name == "version");
                versions.all(|(_, version)| matches!(*version, "1.0.0" | "0.0.1")).then_some(Format::OpenMetrics)
            }
            "text/plain" | "text/*" | "*/*" => Some(Format::Text),
            _ => None,
        }
    }
}

/// The value of the `Content-Type` header for Prometheus' protobuf format.
#[cfg(feature = "protobuf")]
pub(super) const PROTOBUF: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

/// A format that `/metrics` can answer in.
#[cfg(any(feature = "exporter", feature = "protobuf"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepted {
    Text(Format),
    #[cfg(feature = "protobuf")]
    Protobuf,
}

#[cfg(any(feature = "exporter", feature = "protobuf"))]
impl Accepted {
    /// What this `Accept` header prefers of what there is: the text format if that is nothing.
    pub(crate) fn of(accept: &str) -> Self {
        preferred(accept, Accepted::named).unwrap_or(Accepted::Text(Format::Text))
    }

    /// The value of the `Content-Type` header.
    #[cfg(feature = "exporter")]
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Accepted::Text(format) => format.content_type(),
            #[cfg(feature = "protobuf")]
            Accepted::Protobuf => PROTOBUF,
        }
    }

    fn named(media_type: &str, parameters: &[(String, &str)]) -> Option<Self> {
        #[cfg(feature = "protobuf")]
        if media_type == "application/vnd.google.protobuf" {
            let has = |name, value| parameters.iter().any(|(other, text)| other == name && *text == value);
            let is_ours = has("proto", "io.prometheus.client.MetricFamily") && has("encoding", "delimited");
            return is_ours.then_some(Accepted::Protobuf);
        }
        Format::named(media_type, parameters).map(Accepted::Text)
    }
}

/// The format that an `Accept` header wants most, the first of several; `named` knows media types with their parameters.
fn preferred<F>(accept: &str, named: impl Fn(&str, &[(String, &str)]) -> Option<F>) -> Option<F> {
    let mut best = (0.0, None);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
        let parameters = parts.filter_map(|part| part.split_once('='));
        let parameters: Vec<_> = parameters
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"')))
            .collect();
        let quality = parameters.iter().find(|(name, _)| name == "q").and_then(|(_, value)| value.parse().ok());
        let quality: f64 = quality.unwrap_or(1.0);
        if quality > best.0
            && let Some(format) = named(&media_type, &parameters)
        {
            best = (quality, Some(format));
        }
    }
    best.1
}

#[cfg(all(test, feature = "protobuf"))]
mod tests {
    use super::*;

    /// What Prometheus 2.42 sends with native histograms, and 3.8 with `scrape_native_histograms`.
    const PROMETHEUS: [&str; 2] = [
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited,\
         application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,\
         text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
         application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
         application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
    ];

    #[test]
    fn protobuf_is_written_to_those_that_prefer_it() {
        for accept in PROMETHEUS {
            assert_eq!(Accepted::of(accept), Accepted::Protobuf, "{accept}");
            assert_eq!(Format::negotiate(accept), Format::OpenMetrics, "{accept}");
        }
        let quoted = "Application/vnd.google.protobuf; Proto=\"io.prometheus.client.MetricFamily\" ; encoding=delimited; Q=0.9, text/plain;q=0.8";
        assert_eq!(Accepted::of(quoted), Accepted::Protobuf);
    }

    #[test]
    fn other_protobuf_and_what_is_wanted_less_is_not() {
        let proto = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily";
        for accept in [
            "application/vnd.google.protobuf".to_owned(),
            proto.to_owned(),
            format!("{proto};encoding=text"),
            format!("{proto};encoding=compact-text,*/*;q=0.1"),
            "application/vnd.google.protobuf;proto=another.Message;encoding=delimited".to_owned(),
            format!("{proto};encoding=delimited;q=0"),
            format!("{proto};encoding=delimited;q=0.5,text/plain;q=0.6"),
            format!("text/plain,{proto};encoding=delimited"),
            String::new(),
        ] {
            assert_eq!(Accepted::of(&accept), Accepted::Text(Format::Text), "{accept}");
        }
    }
}

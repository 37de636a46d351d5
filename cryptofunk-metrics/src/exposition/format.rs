/// An exposition format.
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

    /// The format that a scraper asks for in its `Accept` header: OpenMetrics where it is preferred, else the text format.
    ///
    /// ```
    /// use cryptofunk_metrics::exposition::Format;
    ///
    /// let prometheus = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    /// assert_eq!(Format::negotiate(prometheus), Format::OpenMetrics);
    /// assert_eq!(Format::negotiate("text/html"), Format::Text);
    /// ```
    pub fn negotiate(accept: &str) -> Self {
        let mut best = (0.0, Format::Text);
        for range in accept.split(',') {
            let mut parameters = range.split(';').map(str::trim);
            let format = match parameters.next().map(str::to_ascii_lowercase).as_deref() {
                Some("application/openmetrics-text") => Format::OpenMetrics,
                Some("text/plain" | "text/*" | "*/*") => Format::Text,
                _ => continue,
            };
            let mut quality = 1.0;
            let mut known = true;
            for parameter in parameters {
                match parameter.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
                    Some(("q", value)) => quality = value.parse().unwrap_or(1.0),
                    Some(("version", version)) if format == Format::OpenMetrics => {
                        known = matches!(version, "1.0.0" | "0.0.1")
                    }
                    _ => {}
                }
            }
            if known && quality > best.0 {
                best = (quality, format);
            }
        }
        best.1
    }
}

/// The value of an environment variable, if there is one.
pub(crate) type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What is sent to a collector: some of OpenTelemetry's variables are there for each.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    #[cfg(feature = "otlp")]
    Metrics,
    #[cfg(feature = "trace")]
    Traces,
}

#[cfg(feature = "tls")]
impl Signal {
    /// The variables of the trusted certificates, of the own certificate and of its key. Those of the signal come first.
    pub(super) fn files(self) -> [[&'static str; 2]; 3] {
        match self {
            #[cfg(feature = "otlp")]
            Signal::Metrics => [
                ["OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"],
                ["OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"],
                ["OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_KEY"],
            ],
            #[cfg(feature = "trace")]
            Signal::Traces => [
                ["OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"],
                ["OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"],
                ["OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_KEY"],
            ],
        }
    }
}

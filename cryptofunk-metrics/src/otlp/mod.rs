//! Exporting metrics by OpenTelemetry's protocol, OTLP over HTTP with protobuf (feature `otlp`).
//!
//! A process that serves metrics with settings from the environment needs no code: [`McpServer::serve`](crate::McpServer::serve),
//! [`serve_http`](crate::McpServer::serve_http), and an exporter with [`settings`](crate::exporter::Exporter::settings). A batch job, which
//! serves nothing, keeps an [`Otlp`]:
//!
//! ```
//! use cryptofunk_metrics::{metrics, otlp::Otlp};
//!
//! #[metrics(namespace = "report")]
//! mod families {
//!     /// Rows that were written.
//!     pub fn rows_total() -> Counter;
//! }
//!
//! # fn main() -> Result<(), cryptofunk_metrics::Error> {
//! // OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318; does nothing without it.
//! let otlp = Otlp::from_env("nightly-report")?;
//! families::rows_total().inc_by(3);
//! drop(otlp); // exports a last time
//! # Ok(())
//! # }
//! ```
//!
//! # What is exported
//!
//! All metrics of the process, as `/metrics` has them and under the same names, at the start, at an interval and once more at the end. The temporality is
//! cumulative. Histograms have their declared buckets; those with `#[metric(native)]` are exponential histograms, also if they have declared buckets beside:
//! a metric has one kind of data. `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=explicit_bucket_histogram` takes the declared ones of
//! those that have both. The attributes of the resource are
//! `service.name`, the component or the name of the job, and `service.instance.id`, a name and a *slot*: the lowest number that no living process of
//! the component has (see [`Settings`](crate::exporter::Settings)).
//!
//! # Settings
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `OTEL_EXPORTER_OTLP_ENDPOINT` | the collector, `http://host:4318`; metrics go to `/v1/metrics` below it | none: nothing is exported, unless `OTEL_METRICS_EXPORTER=otlp` |
//! | `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` | where metrics go, with the whole path | |
//! | `OTEL_EXPORTER_OTLP_HEADERS`, `…_METRICS_HEADERS` | headers of requests, `authorization=Bearer%20token,x-team=a` | |
//! | `OTEL_EXPORTER_OTLP_TIMEOUT`, `…_METRICS_TIMEOUT` | how long to wait for an answer, in ms | 10000 |
//! | `OTEL_EXPORTER_OTLP_COMPRESSION`, `…_METRICS_COMPRESSION` | `gzip` or `none` | `none` |
//! | `OTEL_EXPORTER_OTLP_CERTIFICATE`, `…_METRICS_CERTIFICATE` | a PEM file with the certificates that are trusted at an `https://` endpoint | the system's, or those of `SSL_CERT_FILE` |
//! | `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`, `…_CLIENT_KEY` | PEM files by which a collector knows this process; likewise `…_METRICS_CLIENT_…` | none |
//! | `OTEL_EXPORTER_OTLP_PROTOCOL`, `…_METRICS_PROTOCOL` | `http/protobuf` alone is exported | `http/protobuf` |
//! | `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION` | `explicit_bucket_histogram` or `base2_exponential_bucket_histogram`, for histograms that have both | the latter |
//! | `OTEL_METRIC_EXPORT_INTERVAL` | how often, in ms | 60000 |
//! | `OTEL_METRICS_EXPORTER` | nothing is exported if it is there without `otlp` | `otlp` |
//! | `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME` | attributes of the resource, which come before those of above | |
//! | `OTEL_SDK_DISABLED` | `true`: nothing is exported | `false` |
//!
//! # What can go wrong
//!
//! A collector that does not answer changes nothing in the process: nothing waits for it, and nothing is kept for it, since the next export says
//! everything. It is logged once, and once more when an export succeeds again. After a failure that may pass, the next one follows after 1 s, 2 s, 4 s
//! and so on, up to the interval, or when the collector says. The end of the process waits 3 s for the last export.
//!
//! Exporting has a thread and a connection of its own, as [`push`](crate::push) has.
//!
//! # TLS
//!
//! An `https://` endpoint needs the feature `tls`, which is rustls. Without it, such an endpoint is an error at the start. So is a certificate that
//! cannot be read. Files are read once, at the start.

mod exemplars;
mod exporter;
mod foreign;
mod points;
mod request;
mod resource;
mod settings;

use std::sync::Arc;

pub(crate) use exporter::start;
pub use settings::OtlpSettings;

use crate::{
    delivery::{End, Worker},
    discovery::Instance,
    error::Error,
};

/// Exports the metrics of a batch job until it is dropped. See the [module](self).
#[derive(Debug)]
#[must_use = "the metrics are exported until this is dropped"]
pub struct Otlp(Option<Worker>);

impl Otlp {
    /// Starts to export as the [environment](self#settings) says. If it names no collector, nothing is exported. `job` is the name of the
    /// service, unless the environment has one.
    ///
    /// # Errors
    ///
    /// If a variable that the instance is read from is wrong, or the collector needs TLS and it cannot be used.
    pub fn from_env(job: &str) -> Result<Self, Error> {
        Ok(Otlp(OtlpSettings::from_env()?.and_then(|settings| start_job(job, settings))))
    }

    /// Starts to export with these settings, whatever the environment says.
    pub fn start(job: &str, settings: OtlpSettings) -> Self {
        Otlp(start_job(job, settings))
    }
}

fn start_job(job: &str, settings: OtlpSettings) -> Option<Worker> {
    let instance = Instance::new(settings.instance.clone(), job);
    start(settings, Arc::new(instance), None)
}

impl Drop for Otlp {
    /// Exports a last time. Waits for it, for 3 s at most.
    fn drop(&mut self) {
        if let Some(worker) = self.0.take() {
            worker.end(End::Otherwise);
        }
    }
}

#[cfg(test)]
mod tests;

//! Sending spans, and telling when they do not arrive.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use opentelemetry_otlp::{ExporterBuildError, Protocol, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};

use super::{collector::Collector, settings::Settings};

/// OpenTelemetry's exporter, whose failures are logged once.
#[derive(Debug)]
pub(super) struct Told {
    exporter: opentelemetry_otlp::SpanExporter,
    endpoint: String,
    failing: AtomicBool,
}

impl Told {
    pub(super) fn new(settings: Settings) -> Result<Self, ExporterBuildError> {
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_http_client(Collector { timeout: settings.timeout, tls: settings.tls })
            .build()?;
        Ok(Told { exporter, endpoint: settings.endpoint, failing: AtomicBool::new(false) })
    }

    fn tell(&self, result: &OTelSdkResult) {
        let failed = self.failing.swap(result.is_err(), Relaxed);
        match result {
            Err(error) if !failed => tracing::warn!("cannot send traces to {}: {error}", self.endpoint),
            Ok(()) if failed => tracing::info!("traces are sent to {} again", self.endpoint),
            _ => {}
        }
    }
}

impl SpanExporter for Told {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let result = self.exporter.export(batch).await;
        self.tell(&result);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

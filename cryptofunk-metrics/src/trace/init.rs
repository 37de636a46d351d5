use std::{
    env,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use opentelemetry::{Key, KeyValue, trace::TracerProvider};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    layer::SubscriberExt,
    registry::{LookupSpan, Registry},
};

use super::{exporter::Told, settings::Settings};
use crate::error::Error;

/// The target of this library's spans, by which a subscriber of yours may filter them. No event has it.
pub const TARGET: &str = "cryptofunk_metrics::spans";

/// How long the end of the process waits for the last spans.
const FAREWELL: Duration = Duration::from_secs(3);

/// Crates below this one, whose spans and events say nothing about calls.
const BELOW: [&str; 5] = ["h2", "hyper", "opentelemetry", "reqwest", "rmcp"];

/// Whether the subscriber of the process is that of [`init`].
static IS_OURS: AtomicBool = AtomicBool::new(false);

/// Whether the subscriber of the process is that of [`init`], which logs nothing.
pub(crate) fn is_ours() -> bool {
    IS_OURS.load(Relaxed)
}

/// Starts to send spans as the [environment](super#settings) says, and sets the subscriber of the process. If the environment names no
/// collector, it does neither. `service` is the service name, unless the environment has one. Keep the value while the process runs. See
/// the [module](super) for an example.
///
/// # Errors
///
/// If a variable has an invalid value, or the process has a subscriber already.
pub fn init(service: &str) -> Result<Tracing, Error> {
    let tracing = Tracing::from_env(service)?;
    if let Some(layer) = tracing.layer() {
        let subscriber = Registry::default().with(layer);
        tracing::subscriber::set_global_default(subscriber).map_err(|_| Error::Subscriber)?;
        IS_OURS.store(true, Relaxed);
    }
    Ok(tracing)
}

/// Sends spans until it is dropped. See the [module](super).
#[derive(Debug)]
#[must_use = "spans are sent until this is dropped"]
pub struct Tracing(Option<SdkTracerProvider>);

impl Tracing {
    /// Sends the spans that pass its [layer](Self::layer), as the [environment](super#settings) says. `service` is the service name, unless
    /// the environment has one.
    ///
    /// # Errors
    ///
    /// If a variable has an invalid value.
    pub fn from_env(service: &str) -> Result<Self, Error> {
        let Some(settings) = Settings::of(&|name| env::var(name).ok())? else { return Ok(Tracing(None)) };
        let exporter = Told::new(settings).map_err(|error| Error::Traces(error.to_string()))?;
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource(service)).build();
        Ok(Tracing(Some(provider)))
    }

    /// Whether spans are sent: whether the environment names a collector.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The layer for a subscriber of yours. It sends spans of level `INFO` and above. `None` if no spans are sent; a subscriber takes an
    /// `Option` of a layer.
    pub fn layer<S>(&self) -> Option<impl Layer<S> + Send + Sync + use<S>>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let tracer = self.0.as_ref()?.tracer(env!("CARGO_PKG_NAME"));
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            // A call may log an error and succeed.
            .with_error_events_to_status(false);
        let off = BELOW.map(|target| (target, LevelFilter::OFF));
        Some(layer.with_filter(Targets::new().with_default(LevelFilter::INFO).with_targets(off)))
    }

    /// Sends the spans that wait, and waits until they are sent. Dropping the value does that too.
    pub fn flush(&self) {
        if let Some(provider) = &self.0 {
            // The exporter tells what went wrong.
            let _ = provider.force_flush();
        }
    }
}

impl Drop for Tracing {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take() {
            let _ = provider.shutdown_with_timeout(FAREWELL);
        }
    }
}

/// Who sends: what the environment says, else this service; and which process it is.
fn resource(service: &str) -> Resource {
    let detected = Resource::builder().build();
    let name = detected.get(&Key::from_static_str("service.name"));
    let is_named = name.is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    let builder = Resource::builder().with_attribute(KeyValue::new("process.pid", i64::from(std::process::id())));
    if is_named { builder.build() } else { builder.with_service_name(service.to_owned()).build() }
}

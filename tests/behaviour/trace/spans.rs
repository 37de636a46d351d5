//! A subscriber of this thread whose spans OpenTelemetry's exporter keeps in memory.

use opentelemetry::{
    Value,
    trace::{SpanId, SpanKind, Status, TracerProvider},
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{Layer, filter::LevelFilter, layer::SubscriberExt};

/// The spans of this thread from here on.
pub(crate) struct Spans {
    exporter: InMemorySpanExporter,
    _provider: SdkTracerProvider,
    _subscriber: DefaultGuard,
}

impl Spans {
    pub(crate) fn collect() -> Self {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("test"))
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        // Spans of the SDK say nothing about calls.
        let filter = tracing_subscriber::filter::Targets::new()
            .with_default(LevelFilter::INFO)
            .with_target("rmcp", LevelFilter::OFF);
        let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter));
        Spans { exporter, _provider: provider, _subscriber: tracing::subscriber::set_default(subscriber) }
    }

    pub(crate) fn all(&self) -> Vec<Ended> {
        self.exporter.get_finished_spans().expect("spans").into_iter().map(Ended).collect()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.all().into_iter().map(|span| span.0.name.into_owned()).collect()
    }

    /// The one span of this name that has ended.
    #[track_caller]
    pub(crate) fn only(&self, name: &str) -> Ended {
        let mut named = self.all().into_iter().filter(|span| span.0.name == name);
        let only = named.next().unwrap_or_else(|| panic!("no span `{name}`, but {:?}", self.names()));
        assert!(named.next().is_none(), "several spans `{name}`");
        only
    }

    /// Everything of every span, as text.
    pub(crate) fn debug(&self) -> String {
        format!("{:?}", self.exporter.get_finished_spans())
    }

    pub(crate) fn forget(&self) {
        self.exporter.reset();
    }
}

/// A span that has ended.
pub(crate) struct Ended(SpanData);

impl Ended {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.0.name == name
    }

    pub(crate) fn kind(&self) -> SpanKind {
        self.0.span_kind.clone()
    }

    pub(crate) fn status(&self) -> Status {
        self.0.status.clone()
    }

    pub(crate) fn trace(&self) -> String {
        self.0.span_context.trace_id().to_string()
    }

    pub(crate) fn id(&self) -> String {
        self.0.span_context.span_id().to_string()
    }

    pub(crate) fn state(&self) -> String {
        self.0.span_context.trace_state().header()
    }

    pub(crate) fn parent(&self) -> String {
        self.0.parent_span_id.to_string()
    }

    pub(crate) fn is_root(&self) -> bool {
        self.0.parent_span_id == SpanId::INVALID
    }

    pub(crate) fn is_remote_child(&self) -> bool {
        self.0.parent_span_is_remote
    }

    pub(crate) fn links(&self) -> Vec<(String, String)> {
        let ids = |link: &opentelemetry::trace::Link| {
            (link.span_context.trace_id().to_string(), link.span_context.span_id().to_string())
        };
        self.0.links.iter().map(ids).collect()
    }

    pub(crate) fn events(&self) -> Vec<String> {
        self.0.events.iter().map(|event| event.name.to_string()).collect()
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let found = self.0.attributes.iter().find(|attribute| attribute.key.as_str() == name)?;
        Some(match &found.value {
            Value::I64(number) => number.to_string(),
            value => value.as_str().into_owned(),
        })
    }

    /// It has these attributes, and no others.
    #[track_caller]
    pub(crate) fn has(&self, expected: &[(&str, &str)]) {
        let mut names: Vec<&str> = self.0.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
        names.sort_unstable();
        let mut expected_names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
        expected_names.sort_unstable();
        assert_eq!(names, expected_names);
        self.has_among(expected);
    }

    /// It has these attributes.
    #[track_caller]
    pub(crate) fn has_among(&self, expected: &[(&str, &str)]) {
        for (name, value) in expected {
            assert_eq!(self.attribute(name).as_deref(), Some(*value), "{name}");
        }
    }
}

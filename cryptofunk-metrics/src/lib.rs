//! Prometheus metrics, declared once as function signatures.

extern crate self as cryptofunk_metrics;

pub mod catalog;
mod cell;
pub mod clock;
mod component;
pub mod descriptor;
#[cfg(feature = "exporter")]
mod error;
#[cfg(feature = "exporter")]
pub mod exporter;
pub mod exposition;
mod family;
pub mod label;
#[cfg(feature = "mcp")]
pub mod mcp;
mod message;
mod registry;
pub mod testing;

pub use catalog::{CATALOG, Catalog};
pub use cell::{Counter, Gauge, Histogram, HistogramValue, IntGauge, Timer};
pub use component::Component;
pub use cryptofunk_metrics_macros::{Label, metrics};
#[cfg(feature = "mcp")]
pub use cryptofunk_metrics_macros::{mcp_handler, mcp_server, mcp_tool};
#[cfg(feature = "exporter")]
pub use error::Error;
pub use exposition::encode_text;
pub use label::Label;
#[cfg(feature = "mcp")]
pub use mcp::{Instrumented, McpServer};
pub use registry::{Registry, before_scrape, registry};

/// What generated code calls; no part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use inventory;

    #[cfg(feature = "mcp")]
    pub use crate::mcp;

    pub use crate::{
        descriptor::{ComponentDescriptor, ComponentKind, LabelDescriptor, LabelValues, MetricDescriptor, MetricKind, ToolDescriptor},
        family::{Family, MAX_LABELS},
        label::Part,
        registry::Module,
    };

    /// Refuses bucket bounds that do not increase.
    #[track_caller]
    pub const fn check_buckets(bounds: &[f64]) {
        crate::catalog::check_buckets(bounds);
    }
}

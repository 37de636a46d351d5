#![cfg_attr(feature = "mcp", doc = include_str!("../README.md"))]
//!
//! # Concepts
//!
//! - A **metric family** is a function without a body in a [`#[metrics]`](macro@metrics) module; its parameters are its labels.
//! - A **label** is a type that says where its values come from: see [`label`].
//! - A **series** is the result of such a function: a [`Counter`], [`FloatCounter`], [`Gauge`], [`IntGauge`],
//!   [`OptionalGauge`], [`ComputedGauge`] or [`Histogram`]. It is `Copy`; look it up once, and keep it.
//! - A **convention** is a set of families that servers, agents and components record into, in a namespace of yours: see [`conventions`].
//! - A **component** has a name, a port, and an exporter (module `exporter`) there; MCP servers (module `mcp`) and agents
//!   (module `agent`) are components.
//! - A **catalogue** joins families as constant data (see [`catalog`]); a [`Schema`] adds what a catalogue cannot know, such as the names of
//!   servers. Queries are checked against either.
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `mcp` (default) | MCP servers and the SDK; includes `exporter` |
//! | `exporter` | `/metrics`, `/health` and `/`, agents, other components, LLM calls |
//! | `elicitation` | asking the user for input with a schema or a URL: the SDK's `Peer::elicit` and `Peer::elicit_url` |
//! | `request-state` | the SDK's `RequestStateCodec`, which seals the state of a call that needs more input |
//! | `macros` | the SDK's own macros: `#[prompt_router]` and `#[prompt]` make routers of prompts, which handlers can call |
//! | `mcp-client` | `agent::McpClient`, a client of MCP servers |
//! | `push` | pushing to a Pushgateway: `cryptofunk_metrics::push` |
//! | `otlp` | exporting metrics by OTLP: `cryptofunk_metrics::otlp` |
//! | `protobuf` | Prometheus' protobuf format, and so native histograms: `exposition::protobuf` |
//! | `trace` | spans of requests, tool calls, analyses and LLM calls, sent by OTLP, and exemplars that name them: `cryptofunk_metrics::trace` |
//! | `tls` | `https://` for `push`, `otlp` and `trace`, by rustls |
//! | `promql` | `promql!` and `rules!`: queries that are checked while they compile (see [`query`]) |
//! | `sqlx`, `redis`, `nats`, `http`, `tokio` | [`adapters`] |
//!
//! Without features, the crate declares, records and encodes metrics, and depends on neither tokio nor axum. The crate
//! `cryptofunk-metrics-tools` finds mistakes in rule files and dashboards. It also writes documents, alerts and dashboards from a
//! catalogue.

#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate self as cryptofunk_metrics;

pub mod adapters;
#[cfg(feature = "exporter")]
pub mod agent;
#[cfg(feature = "exporter")]
mod any_result;
mod call_site;
pub mod catalog;
mod cell;
pub mod clock;
mod collector;
mod component;
mod computed;
mod constant_labels;
pub mod conventions;
#[cfg(any(feature = "otlp", feature = "push"))]
mod delivery;
#[cfg(feature = "exporter")]
mod discovery;
#[cfg(feature = "exporter")]
mod error;
mod exemplar;
#[cfg(feature = "exporter")]
pub mod exporter;
pub mod exposition;
mod family;
#[cfg(feature = "exporter")]
mod gzip;
#[cfg(feature = "mcp")]
mod heap;
mod index;
mod intern;
pub mod label;
#[cfg(feature = "mcp")]
mod linked;
#[cfg(feature = "exporter")]
pub mod llm;
#[cfg(feature = "mcp")]
pub mod mcp;
#[cfg(feature = "otlp")]
pub mod otlp;
#[cfg(any(feature = "otlp", feature = "push", feature = "trace"))]
mod outbound;
mod overflow;
mod process;
#[cfg(feature = "push")]
pub mod push;
mod registry;
mod samples;
mod span;
mod storage;
#[cfg(feature = "exporter")]
mod task;
pub mod testing;
#[cfg(feature = "exporter")]
mod timeout;
#[cfg(feature = "trace")]
pub mod trace;

#[cfg(feature = "exporter")]
pub use agent::Agent;
pub use catalog::{CATALOG, Catalog};
pub use cell::{
    Counter, FloatCounter, Gauge, Histogram, HistogramValue, IntGauge, IntGaugeGuard, NativeHistogramValue,
    OptionalGauge, Timer,
};
pub use collector::{Registry, registry};
pub use component::Component;
pub use computed::{ComputedGauge, ComputedValue};
pub use constant_labels::{ConstantLabelsError, constant_labels};
pub use cryptofunk_metrics_catalog::{buckets, descriptor, native};
pub use cryptofunk_metrics_macros::{Label, measured, metrics};
#[cfg(feature = "exporter")]
pub use cryptofunk_metrics_macros::{agent, analysis, component, health_check, llm_call};
#[cfg(feature = "mcp")]
pub use cryptofunk_metrics_macros::{mcp_handler, mcp_server, mcp_tool, mcp_tools};
#[cfg(feature = "promql")]
pub use cryptofunk_metrics_macros::{promql, rules};
pub use cryptofunk_metrics_query as query;
pub use cryptofunk_metrics_query::{Query, Rules, Schema};
#[cfg(feature = "exporter")]
pub use error::Error;
pub use exemplar::Exemplar;
pub use exposition::encode_text;
pub use label::Label;
#[cfg(feature = "mcp")]
pub use mcp::{Instrumented, McpServer};
pub use registry::before_scrape;

// The crates whose types stand in this interface, in the versions that it is built with.
#[cfg(any(feature = "exporter", feature = "http"))]
#[doc(no_inline)]
pub use axum;
#[doc(no_inline)]
pub use prometheus;
#[cfg(any(feature = "mcp", feature = "mcp-client"))]
#[doc(no_inline)]
pub use rmcp;
#[cfg(feature = "mcp")]
#[doc(no_inline)]
pub use schemars;

/// What generated code calls; no part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use inventory;

    #[cfg(feature = "exporter")]
    pub use crate::{agent, any_result::AnyResult, exporter::HealthCheck, llm, timeout::Timeout};
    #[cfg(feature = "mcp")]
    pub use crate::{linked::LinkedServer, mcp};
    pub use cryptofunk_metrics_catalog::{names, objective_check, tools};

    /// The port that a text names.
    pub mod constant {
        /// Reads a port from a text, as `env!` gives it.
        pub const fn port(text: &str) -> u16 {
            match u16::from_str_radix(text, 10) {
                Ok(port) => port,
                Err(_) => panic!("this text is no port: ports go from 1 to 65535"),
            }
        }
    }

    /// Refuses a native histogram in a program that could not expose it.
    #[track_caller]
    pub const fn check_native() {
        if !cfg!(any(feature = "protobuf", feature = "otlp")) {
            panic!(
                "a native histogram needs the feature `protobuf` or `otlp` of cryptofunk-metrics: the text formats have no place for its buckets"
            );
        }
    }

    pub use crate::catalog;
    /// What servers, components and agents record into that say no families of their own.
    pub const FAMILIES: crate::conventions::Families = crate::catalog::FAMILIES;
    /// What agents record into that say no families of their own.
    pub const AGENT_FAMILIES: crate::conventions::Families = crate::catalog::AGENT_FAMILIES;

    pub mod measured {
        pub use crate::call_site::{Call, NoResult, Outcome, Site, future, once};
    }

    pub use crate::{
        buckets::check_buckets,
        descriptor::{
            ComponentDescriptor, ComponentKind, LabelDescriptor, LabelValues, LatencyObjective, MetricDescriptor,
            MetricKind, Objective, ToolDescriptor,
        },
        family::{Family, check_removable},
        label::{OpenValue, Part},
        overflow::{declared, descriptor as overflow_descriptor},
        registry::{Module, promise},
    };
}

//! Metric families, labels, components and tools as plain constant data.
//!
//! Catalogues, query checks, the exporter and all documents read these descriptors. `#[metrics]`, `#[derive(Label)]`, `#[mcp_server]`,
//! `#[agent]` and `#[component]` write them.

use crate::{
    message::{Message, same},
    native::NativeHistogram,
};

pub use crate::objective::{LatencyObjective, Objective};

/// One metric family: its name, type, help text and labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricDescriptor {
    /// The full name, `namespace_subsystem_function`.
    pub name: &'static str,
    /// The doc comment of the declaration.
    pub help: &'static str,
    /// Its Prometheus type.
    pub kind: MetricKind,
    /// The labels in the order of the function's parameters.
    pub labels: &'static [LabelDescriptor],
    /// Upper bounds of a histogram's buckets, increasing, without `+Inf`; empty for the other kinds, and for one that is only native.
    pub buckets: &'static [f64],
    /// How a native histogram makes its buckets. `None` for other histograms and other types.
    pub native: Option<NativeHistogram>,
    /// Why the name may break a naming rule: the reason in `#[metric(allow_name = "…")]`.
    pub allow_name: Option<&'static str>,
    /// The convention that declares the family, such as `mcp`. `None` for a family of yours.
    pub convention: Option<&'static str>,
    /// Where it is declared: module, file and line.
    pub place: &'static str,
}

impl MetricDescriptor {
    /// A family without labels, buckets and help. Fill in the rest with struct update syntax.
    ///
    /// ```
    /// use cryptofunk_metrics_catalog::descriptor::{MetricDescriptor, MetricKind};
    ///
    /// const ORDERS: MetricDescriptor = MetricDescriptor {
    ///     help: "Orders.",
    ///     ..MetricDescriptor::new("shop_orders_total", MetricKind::Counter)
    /// };
    /// ```
    pub const fn new(name: &'static str, kind: MetricKind) -> Self {
        MetricDescriptor {
            name,
            help: "",
            kind,
            labels: &[],
            buckets: &[],
            native: None,
            allow_name: None,
            convention: None,
            place: "",
        }
    }
}

/// The Prometheus type of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricKind {
    /// Only goes up; starts at 0 with the process.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts observations in buckets, with their sum.
    Histogram,
    /// It is not known: what other exporters expose without a type. `#[metrics]` makes none of these.
    Untyped,
}

impl LabelValues {
    /// The word for where the values come from: `closed`, `on_demand`, `fixed` or `open`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            LabelValues::Closed(_) => "closed",
            LabelValues::OnDemand(_) => "on_demand",
            LabelValues::Fixed => "fixed",
            LabelValues::Open { .. } => "open",
        }
    }

    /// All values, if they are known at compile time: of closed labels and of labels on demand.
    pub const fn known(&self) -> Option<&'static [&'static str]> {
        match self {
            LabelValues::Closed(values) | LabelValues::OnDemand(values) => Some(values),
            LabelValues::Fixed | LabelValues::Open { .. } => None,
        }
    }
}

impl MetricKind {
    /// The word of the exposition formats' `# TYPE` line.
    pub const fn as_str(self) -> &'static str {
        match self {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
            MetricKind::Untyped => "untyped",
        }
    }
}

/// One label of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelDescriptor {
    /// The parameter's name.
    pub name: &'static str,
    /// Where the label's values come from.
    pub values: LabelValues,
}

/// Where the values of a label come from. That bounds how many there can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LabelValues {
    /// All values are known: every series exists from the start.
    Closed(&'static [&'static str]),
    /// All values are known, but a series exists only once it is used: for many values of which each process has a few.
    OnDemand(&'static [&'static str]),
    /// Values are written in the code: no client can add one.
    Fixed,
    /// Values come from outside, at most `limit` of them; later ones are recorded as `other`.
    Open {
        /// How many distinct values a family accepts.
        limit: usize,
    },
}

/// One component of a system: a process with a port of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ComponentDescriptor {
    /// The name, as it stands in labels: `risk-analyzer`.
    pub name: &'static str,
    /// What kind of process it is.
    pub kind: ComponentKind,
    /// The port of `/metrics` and `/health`.
    pub port: u16,
    /// One line about it: the doc comment of the annotated block.
    pub description: &'static str,
    /// The families that it exposes, by module.
    pub metrics: &'static [&'static [MetricDescriptor]],
    /// The tools of an MCP server.
    pub tools: &'static [ToolDescriptor],
    /// What an MCP server promises of its requests.
    pub objective: Objective,
}

impl ComponentDescriptor {
    /// A component without families, tools and objectives.
    pub const fn new(name: &'static str, kind: ComponentKind, port: u16, description: &'static str) -> Self {
        ComponentDescriptor { name, kind, port, description, metrics: &[], tools: &[], objective: Objective::NONE }
    }

    /// Adds the families that it exposes, by module.
    #[must_use]
    pub const fn with_metrics(mut self, metrics: &'static [&'static [MetricDescriptor]]) -> Self {
        self.metrics = metrics;
        self
    }

    /// Adds its tools.
    #[must_use]
    pub const fn with_tools(mut self, tools: &'static [ToolDescriptor]) -> Self {
        self.tools = tools;
        self
    }

    /// Adds what it promises of its requests.
    #[must_use]
    pub const fn with_objective(mut self, objective: Objective) -> Self {
        self.objective = objective;
        self
    }

    /// Whether it exposes the family of this name.
    pub fn exposes(&self, family: &str) -> bool {
        self.metrics.iter().copied().flatten().any(|exposed| exposed.name == family)
    }
}

/// The components of a system as one table. No two may have the same name or port.
///
/// # Panics
///
/// If two have. In a `const` that is a compile error:
///
/// ```compile_fail
/// # use cryptofunk_metrics::{Component, component, descriptor::{ComponentDescriptor, topology}};
/// # struct Shop;
/// # /// Sells coffee.
/// # #[component(name = "shop", port = 8098)]
/// # impl Shop {}
/// const TWICE: &[ComponentDescriptor] = topology(&[Shop::DESCRIPTOR, Shop::DESCRIPTOR]);
/// ```
#[track_caller]
pub const fn topology(components: &[ComponentDescriptor]) -> &[ComponentDescriptor] {
    let mut i = 0;
    while i < components.len() {
        let mut j = 0;
        while j < i {
            let (first, second) = (&components[j], &components[i]);
            if same(first.name, second.name) {
                Message::new().push("two components are called `").push(first.name).push("`; rename one").panic();
            }
            if first.port == second.port {
                Message::new()
                    .push("the components `")
                    .push(first.name)
                    .push("` and `")
                    .push(second.name)
                    .push("` have the same port; give one another")
                    .panic();
            }
            j += 1;
        }
        i += 1;
    }
    components
}

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ComponentKind {
    /// A server that agents call over the Model Context Protocol.
    McpServer,
    /// An agent: it analyses, and concludes signals.
    Agent,
    /// Anything else.
    Service,
}

impl ComponentKind {
    /// The word for it in data: `mcp_server`, `agent` or `service`.
    pub const fn as_str(self) -> &'static str {
        match self {
            ComponentKind::McpServer => "mcp_server",
            ComponentKind::Agent => "agent",
            ComponentKind::Service => "service",
        }
    }

    /// The words for it in a sentence: `MCP server`, `agent` or `service`.
    pub const fn words(self) -> &'static str {
        match self {
            ComponentKind::McpServer => "MCP server",
            ComponentKind::Agent => "agent",
            ComponentKind::Service => "service",
        }
    }
}

/// One tool of an MCP server, as `#[mcp_tool]` declares it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ToolDescriptor {
    /// The name that clients call.
    pub name: &'static str,
    /// The doc comment of the method.
    pub description: &'static str,
    /// What it promises of its calls.
    pub objective: Objective,
}

impl ToolDescriptor {
    /// A tool without objectives.
    pub const fn new(name: &'static str, description: &'static str) -> Self {
        ToolDescriptor { name, description, objective: Objective::NONE }
    }

    /// Says what it promises.
    #[must_use]
    pub const fn with_objective(mut self, objective: Objective) -> Self {
        self.objective = objective;
        self
    }
}

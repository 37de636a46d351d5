//! The macros of `cryptofunk-metrics`, which re-exports them; depend on that crate.
//!
//! Each macro has the same three stages, a file or folder each: `parse` turns syntax into typed input, `check` finds all mistakes at
//! once and reports each on its own token, and `expand` writes the code.

#![warn(missing_docs)]

mod agent;
mod attr;
mod body;
mod cfg_attr;
mod component;
mod diagnostics;
mod docs;
mod label;
mod llm_call;
mod local;
mod manifest;
mod mcp_server;
mod measured;
mod methods;
mod metrics;
mod objective;
#[cfg(feature = "promql")]
mod promql;
mod receiver;
mod runtime;
mod signature;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// The blocks whose methods have our attributes, for messages about one that stands elsewhere.
const MCP_SERVER: &str = "`#[mcp_server(name = \"…\", port = …)]`";
const AGENT: &str = "`#[agent(name = \"…\", port = …)]`";
const ANY: &str = "`#[mcp_server(…)]`, `#[agent(…)]` or `#[component(…)]`";

/// Makes an enum or a newtype usable as a label. See the module `label` for the four kinds.
///
/// ```
/// use cryptofunk_metrics::Label;
///
/// #[derive(Label, Clone, Copy)]                // closed: "success", "error", "timed-out"
/// #[label(rename_all = "kebab-case")]          // any of serde's cases; snake_case is the default
/// enum Status { Success, Error, TimedOut }
///
/// #[derive(Label, Clone, Copy)]
/// #[label(on_demand)]                          // closed too, but a series exists only once it is used
/// enum Country { Norway, Italy }
///
/// #[derive(Label, Clone, Copy)]
/// #[label(fixed)]                              // written in the code
/// struct Server(&'static str);
///
/// #[derive(Label)]
/// #[label(open, limit = 100)]                  // from outside, at most 100 of them (or a constant); then "other"
/// struct Symbol(String);
///
/// #[derive(Label)]
/// #[label(open, limit = 100)]                  // also borrowed, `Arc<str>`, `Cow<str>`, or an integer
/// struct Borrowed<'a>(&'a str);
/// ```
#[proc_macro_derive(Label, attributes(label))]
pub fn derive_label(input: TokenStream) -> TokenStream {
    label::derive(input.into()).into()
}

/// Declares metric families: one function signature each.
///
/// The family's name is `namespace_subsystem_function`, the doc comment is its help text, and the parameters are its
/// labels. The functions return the series of their arguments, so a wrong label is a type error. A series is a `Counter`, `FloatCounter`,
/// `Gauge`, `IntGauge`, `OptionalGauge`, `ComputedGauge` or `Histogram`.
///
/// ```
/// use cryptofunk_metrics::{Label, metrics};
///
/// #[derive(Label, Clone, Copy)]
/// enum Status { Success, Error }
///
/// #[metrics(namespace = "shop", subsystem = "orders")]
/// mod orders {
///     /// Orders by outcome.
///     pub fn placed_total(status: Status) -> Counter;
///
///     /// Time from click to confirmation.
///     #[metric(buckets = [0.01, 0.1, 1.0, 10.0])]
///     pub fn latency_seconds(status: Status) -> Histogram;
/// }
///
/// fn main() {
///     orders::placed_total(Status::Success).inc();
///     orders::latency_seconds(Status::Success).observe(0.25);
/// }
/// ```
///
/// # Keys
///
/// `#[metrics(…)]`: `namespace` (required; a text, a constant or `env!(…)`; `""` for names without one), `subsystem`, `convention`, and
/// `lazy`, which leaves the families out of `/metrics` until a component registers them (`module::register()`) or records into them;
/// without it they are there from the start of the process.
///
/// `convention = "mcp"`, or a list of several: the module has the families of these conventions too, which servers, agents and
/// components with `families = module` record into. The module `conventions` lists them. Each brings the convention `component`.
///
/// `#[convention(…)]` on the module changes them: `buckets(family = […])` gives other bounds, `without(family, …)` leaves families out
/// (`without(component)`: those of that convention), and `signal = Label` is the label of an agent's signals.
///
/// `#[metric(…)]`:
///
/// - `buckets`, required for a histogram, in the unit that ends its name: a list `[0.1, 1, super::LIMIT]`, `exponential(start, factor, count)`,
///   `linear(start, width, count)`, or a constant, an array or a slice of `f64`. See the module `buckets`. All forms are checked while they
///   compile, also in `#[convention(buckets(…))]`.
/// - `unit = "orders"`, for a unit that Prometheus has no word for.
/// - `allow_name = "reason"`, for a name that is fixed from outside.
/// - `removable`, for series that end before the process does, such as a tenant's. It writes a function `remove_…` beside the one of the
///   family, which takes the same labels and says whether there was such a series. A removed series is not exposed, leaves its place in
///   the budget of an open label, and is made anew when the function is called again, a counter from 0. What was returned before the
///   removal and is still held then records into nothing: look it up again. The memory of a removed series, some hundred bytes, is
///   not given back, so this is not for one series a request. The labels of such a family are open, fixed or on demand: series of
///   closed labels exist from the start.
///
/// ```
/// use cryptofunk_metrics::{Label, encode_text, metrics};
///
/// #[derive(Label)]
/// #[label(open, limit = 1_000)]
/// struct Tenant<'a>(&'a str);
///
/// #[metrics(namespace = "shop")]
/// mod tenants {
///     /// Connections of a tenant.
///     #[metric(removable)]
///     pub fn connections(tenant: Tenant<'_>) -> IntGauge;
/// }
///
/// # fn main() {
/// tenants::connections(Tenant("acme")).inc();
/// assert!(tenants::remove_connections(Tenant("acme")));
/// assert!(!encode_text().contains("acme"));
/// # }
/// ```
///
/// ```
/// use cryptofunk_metrics::metrics;
///
/// #[metrics(namespace = "weather", convention = ["mcp", "otel-mcp"])]
/// #[convention(buckets(tool_call_duration_seconds = [0.01, 0.1, 1.0, 10.0, 120.0]), without(result_bytes))]
/// pub mod families {
///     /// Answers that came from the cache.
///     pub fn cache_hits_total() -> Counter;
/// }
/// # fn main() {}
/// ```
///
/// # Generated
///
/// Beside the functions: `const METRICS: &[MetricDescriptor]`, `const FAMILIES: Families` and `fn register()`. A module with an open
/// label also has the family `{namespace}_metrics_label_overflow_total`.
#[proc_macro_attribute]
pub fn metrics(attr: TokenStream, item: TokenStream) -> TokenStream {
    metrics::expand(attr.into(), item.into()).into()
}

/// Measures each call of a function: its outcome, its duration, and how many run now.
///
/// It stands on any function with a body: free, or in an `impl` or `trait`; plain or `async`, or returning `impl Future` or `Pin<Box<dyn
/// Future>>`, as under `#[async_trait]`, written out: behind an alias as `BoxFuture`, only the making of the future is measured. It
/// records into the families of a [`#[metrics]`](macro@metrics) module with the convention `function`.
///
/// ```
/// use cryptofunk_metrics::{encode_text, measured, metrics};
///
/// #[metrics(namespace = "shop", convention = "function")]
/// mod families {}
///
/// struct Shop { cups: u32 }
///
/// impl Shop {
///     #[measured(families, name = "Shop::sell")]
///     fn sell(&mut self, cups: u32) -> Result<u32, Box<dyn std::error::Error>> {
///         self.cups = self.cups.checked_sub(cups).ok_or("not so many cups")?;
///         Ok(self.cups)
///     }
/// }
///
/// # fn main() {
/// let mut shop = Shop { cups: 3 };
/// assert!(shop.sell(2).is_ok() && shop.sell(2).is_err());
/// let text = encode_text();
/// # let module = module_path!();
/// assert!(text.contains(&format!(r#"shop_function_calls_total{{function="Shop::sell",module="{module}",result="error"}} 1"#)));
/// # }
/// ```
///
/// # Outcomes
///
/// `result` is `error` for an `Err`, through an alias of `Result` too, and for a panic; `cancelled` for a future that was dropped before it
/// ended; else `success`. A future counts from when it is first polled. The series of a function exist from its first call on, all outcomes
/// together. A call costs two readings of the clock and a few plain stores.
///
/// # Keys
///
/// The path of the module comes first. `name`, a text or constant, is the value of the label `function`; without it, it is the function's
/// name. An attribute cannot see the type of an `impl`: methods of one name in one module share their series unless they have a `name`.
#[proc_macro_attribute]
pub fn measured(attr: TokenStream, item: TokenStream) -> TokenStream {
    measured::expand(attr.into(), item.into()).into()
}

/// Turns an impl block into an instrumented MCP server.
///
/// Every method with [`#[mcp_tool]`](macro@mcp_tool) becomes a tool: its parameters, with their doc comments, become the
/// JSON Schema of its arguments, and each call is counted and timed by outcome. See `McpServer` for what the type then can
/// do.
///
/// # Keys
///
/// `name` and `port` (required), `version` (default: the version of the crate), `title`, `instructions` (default: the doc
/// comment of the block), `tools = [module, …]`, parts of the server in other blocks (see [`#[mcp_tools]`](macro@mcp_tools)),
/// `families = module`, a `#[metrics]` module with the convention `mcp` or `otel-mcp` that this server records into
/// (default: the names `cryptofunk_…`; also a list), and `metrics = [module, …]`: `lazy` modules whose families this server exposes from
/// its start. Names, ports and texts may be constants, or `env!`. `slo(success = 99.5, latency(99 < "200ms"))` promises that so many percent of its
/// requests succeed and are fast, which alerts are made of (see `descriptor::Objective`).
///
/// Everything inside the block may be under `#[cfg(…)]`: tools, their parameters, handlers and health checks. Our attributes may
/// stand in `#[cfg_attr(…)]`; where its condition does not hold, the method is a plain one. Both forms are checked everywhere.
#[proc_macro_attribute]
pub fn mcp_server(attr: TokenStream, item: TokenStream) -> TokenStream {
    mcp_server::expand(attr.into(), item.into()).into()
}

/// Turns an impl block into a part of an MCP server: a server's tools may stand in several blocks, files and crates.
///
/// The server names the modules that the parts stand in: `#[mcp_server(…, tools = [forecast, admin])]`. A module has one part. A
/// part of another type than the server's says whose tools they are: `tools = [toolkit::admin(self.admin)]`; that type has no parameters.
/// An element may be under a condition: `tools = [forecast, #[cfg(feature = "admin")] admin]`.
///
/// ```
/// use cryptofunk_metrics::{McpServer, mcp_server};
///
/// pub struct Weather;
///
/// mod forecast {
///     use cryptofunk_metrics::mcp_tools;
///
///     #[mcp_tools]
///     impl super::Weather {
///         /// The weather of tomorrow.
///         #[mcp_tool]
///         async fn tomorrow(&self) -> &'static str {
///             "rain"
///         }
///     }
/// }
///
/// /// The weather.
/// #[mcp_server(name = "weather", port = 9297, tools = [forecast])]
/// impl Weather {
///     /// The weather of today.
///     #[mcp_tool]
///     async fn today(&self) -> &'static str {
///         "sun"
///     }
/// }
///
/// # fn main() {
/// assert_eq!(Weather::TOOLS.iter().map(|tool| tool.name).collect::<Vec<_>>(), ["today", "tomorrow"]);
/// # }
/// ```
#[proc_macro_attribute]
pub fn mcp_tools(attr: TokenStream, item: TokenStream) -> TokenStream {
    mcp_server::expand_part(attr.into(), item.into()).into()
}

/// Marks a method of an [`#[mcp_server]`](macro@mcp_server) or [`#[mcp_tools]`](macro@mcp_tools) block as a tool. It needs no import.
///
/// # Parameters
///
/// Each parameter is an argument that clients pass by name: its type implements `serde::Deserialize` and
/// `schemars::JsonSchema`, its doc comment is the description, what reads `null` (an `Option`) may be left out, and
/// `#[default(value)]` says what holds otherwise. `#[serde(…)]` and `#[schemars(…)]` mean what they mean on a field of a struct.
/// Numbers without a fraction, such as `5.0`, are integers too. `Parameters<T>` takes all arguments as one struct.
///
/// What the SDK takes from a request is filled in rather than asked for: `RequestContext<RoleServer>`, `CancellationToken`,
/// `Peer<RoleServer>`, `RequestId`, `RequestMetaObject`, `Extensions`, `Extension<T>`, `ToolName`, `RequestState`, `InputResponses`,
/// `CallToolRequestParams`, `ProgressToken` (or `Option<ProgressToken>`), and every type that implements the SDK's
/// `FromContextPart`. The type decides, not what it is called.
///
/// # Results
///
/// Anything the SDK accepts as a tool result, text, numbers, `()`, and every `T: serde::Serialize`, which becomes structured
/// content (with its schema if it is `JsonSchema` too) and a text form; or a `Result` of these. An error becomes a tool
/// error with its `Display` text and those of its sources, and with a code if it implements `mcp::ToolErrorCode`; it is logged. So
/// is a result with a NaN or an infinity, which JSON does not have: the error names the field.
///
/// # Keys
///
/// `name`, `title`, `description`, `read_only`, `destructive`, `idempotent`, `open_world` and `timeout = "5s"`, for an `async fn`. Texts may
/// be constants; a timeout may also be a `Duration`. `slo(…)` promises what it does for a server, of the calls of this tool. `icons = vec![Icon::new("https://…")]` and `meta = MetaObject(…)` take values of the SDK's types.
#[proc_macro_attribute]
pub fn mcp_tool(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("mcp_tool", MCP_SERVER, item.into()).into()
}

/// Marks a method of an [`#[mcp_server]`](macro@mcp_server) block as a handler of another MCP request.
///
/// The method has the name, the parameters and the result of the method of the SDK's `ServerHandler` that it stands for;
/// in a request's handler, those that it does not need may be left out, and they may stand in any order. The capabilities that the
/// server announces follow from the handlers that it has, or from a `#[mcp_handler] fn get_info(&self) -> ServerConfig`.
///
/// # Tools that change
///
/// A server's tools are its [`#[mcp_tool]`](macro@mcp_tool) methods. A handler `list_tools` decides which of them clients see; it can
/// start from `Self::tools()`, and may answer in pages. A call of a tool that is not listed is answered as unknown.
///
/// `list_tools` may add tools, whose calls a handler `call_tool` answers. Their names become label values when they are called, at most
/// 1,000 of them in a process; further ones count as `unknown`. Each call reads the list, page by page, until the tool is found. Clients that
/// repeat arguments in HTTP headers need a `get_tool` that describes such tools, too.
///
/// `Peer::notify_tool_list_changed` tells a client that the list has changed. A server announces these notifications if it has a handler
/// `listen`, or an `accepted_subscription_filter` that accepts `tools_list_changed`.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// use cryptofunk_metrics::{
///     McpServer, mcp_server,
///     rmcp::{
///         ErrorData, Peer, RoleServer, ServerHandler,
///         model::{ListToolsResult, SubscriptionFilter},
///         service::ServiceError,
///     },
/// };
///
/// #[derive(Default)]
/// struct Safe {
///     is_open: AtomicBool,
/// }
///
/// /// Keeps a secret.
/// #[mcp_server(name = "safe", port = 9295)]
/// impl Safe {
///     /// Opens the safe.
///     #[mcp_tool]
///     async fn open(&self, peer: Peer<RoleServer>) -> Result<(), ServiceError> {
///         self.is_open.store(true, Ordering::Relaxed);
///         peer.notify_tool_list_changed().await
///     }
///
///     /// Tells the secret.
///     #[mcp_tool]
///     async fn secret(&self) -> &'static str {
///         "xyzzy"
///     }
///
///     #[mcp_handler]
///     async fn list_tools(&self) -> Result<ListToolsResult, ErrorData> {
///         let mut tools = Self::tools();
///         tools.retain(|tool| tool.name != "secret" || self.is_open.load(Ordering::Relaxed));
///         Ok(ListToolsResult::with_all_items(tools))
///     }
///
///     #[mcp_handler]
///     fn accepted_subscription_filter(&self, asked: &SubscriptionFilter) -> Option<SubscriptionFilter> {
///         Some(asked.clone())
///     }
/// }
///
/// assert_eq!(Safe::tools().len(), 2);
/// assert_eq!(Safe::default().get_info().capabilities.tools.unwrap().list_changed, Some(true));
/// ```
#[proc_macro_attribute]
pub fn mcp_handler(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("mcp_handler", MCP_SERVER, item.into()).into()
}

/// Turns an impl block into an instrumented agent.
///
/// Each [`#[analysis]`](macro@analysis), if it has any, is counted by signal and timed; each [`#[llm_call]`](macro@llm_call) is counted by
/// outcome and timed, and its tokens are added up. See `Agent` for what the type then can do, and the module `agent` for what
/// is recorded when.
///
/// # Keys
///
/// `name` and `port` (required), `version` (default: the version of the crate), `healthy_within = "30s"`, how old the last
/// successful analysis may be for the agent to count as healthy (the default), `families = module`, a `#[metrics]` module with the
/// convention `agent` that this agent records into (default: the names `cryptofunk_…`; also a list), and `metrics = [module, …]`: `lazy`
/// modules whose families this agent exposes from its start.
#[proc_macro_attribute]
pub fn agent(attr: TokenStream, item: TokenStream) -> TokenStream {
    agent::expand(attr.into(), item.into()).into()
}

/// Marks a method of an [`#[agent]`](macro@agent) block that makes signals; a block may have several.
///
/// An `async fn` that takes `&self` and other parameters of yours, and returns `Result<S, E>` where `S: AgentSignal`. With
/// `timeout = "5s"` it is ended when it takes longer; `E: From<TimedOut>` then says what the caller gets, so `E` is a type of yours.
#[proc_macro_attribute]
pub fn analysis(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("analysis", AGENT, item.into()).into()
}

/// Marks a method of an [`#[agent]`](macro@agent), [`#[mcp_server]`](macro@mcp_server) or [`#[component]`](macro@component) block that
/// asks a language model.
///
/// An `async fn` that takes `&self` and other parameters of yours, and returns `Result<C, E>` where `C: LlmUsage`. See the module `llm` for
/// the families and for what is recorded when.
///
/// # Keys
///
/// `provider` (required), `model` and `operation` (default: `chat`): the values of these labels, as texts or as expressions of the
/// parameters and `self`: `model = self.model`. Series of texts exist from the start. `timeout = "10s"` ends a call that takes longer; `E:
/// From<TimedOut>` then says what the caller gets.
#[proc_macro_attribute]
pub fn llm_call(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("llm_call", ANY, item.into()).into()
}

/// Turns an impl block into a component: something with a name, a port and health checks.
///
/// # Keys
///
/// `name` and `port` (required), `version` (default: the version of the crate), `families = module`, a `#[metrics]` module with a
/// convention that this component records into (default: the names `cryptofunk_…`; also a list), and `metrics = [module, …]`: `lazy`
/// modules whose families this component exposes from its start.
#[proc_macro_attribute]
pub fn component(attr: TokenStream, item: TokenStream) -> TokenStream {
    component::expand(attr.into(), item.into()).into()
}

/// Marks a method of a [`#[component]`](macro@component), [`#[agent]`](macro@agent) or [`#[mcp_server]`](macro@mcp_server)
/// block as a health check: `/health` answers 503 while it returns an error or takes longer than two seconds.
///
/// It takes `&self` and returns `Result<(), E>` where `E: Display`; it may be `async`. `name = "…"` names it in the answer
/// (default: the name of the method).
#[proc_macro_attribute]
pub fn health_check(_: TokenStream, item: TokenStream) -> TokenStream {
    component::outside("health_check", ANY, item.into()).into()
}

/// Checks a query against a catalogue while it compiles: `promql!(CATALOG, "rate(shop_orders_total[5m])")`.
///
/// The catalogue, or a `Schema`, is the path of a constant. The result is a `Query`, usable in constants. See the module `query` for what is
/// refused.
#[cfg(feature = "promql")]
#[proc_macro]
pub fn promql(input: TokenStream) -> TokenStream {
    promql::expand(input.into()).into()
}

/// Checks the queries of a Prometheus rule file against a catalogue while it compiles: `rules!(CATALOG, "rules.yml")`.
///
/// The path is from the source file, as `include_str!` has it; a change of the file builds anew. Messages name the file, the
/// line, the group and the rule. See the module `query` for what is refused.
///
/// `rules!(pub const RULES = CATALOG, "rules.yml")` makes a constant of type `Rules` besides: documents read it, and
/// `Schema::new(CATALOG).with_rules(&RULES)` lets other queries use what is recorded.
#[cfg(feature = "promql")]
#[proc_macro]
pub fn rules(input: TokenStream) -> TokenStream {
    promql::rules(input.into()).into()
}

/// Writes the label of the request methods; for `cryptofunk-metrics` alone.
#[doc(hidden)]
#[proc_macro]
pub fn __method_label(_: TokenStream) -> TokenStream {
    methods::label().into()
}

/// Writes the answers to requests that a server has no method for; for `cryptofunk-metrics` alone.
#[doc(hidden)]
#[proc_macro]
pub fn __absent(_: TokenStream) -> TokenStream {
    methods::absent().into()
}

/// Says which types the parameters of requests have; for `cryptofunk-metrics` alone.
#[doc(hidden)]
#[proc_macro]
pub fn __params(_: TokenStream) -> TokenStream {
    methods::params().into()
}

/// Writes the request handlers of `Instrumented`; for `cryptofunk-metrics` alone.
#[doc(hidden)]
#[proc_macro]
pub fn __forward(_: TokenStream) -> TokenStream {
    methods::forward().into()
}

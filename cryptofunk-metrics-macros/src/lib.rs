//! The macros of `cryptofunk-metrics`, which re-exports them; depend on that crate.
//!
//! Each macro has the same three rooms: `parse` turns syntax into typed input, `check` says what is wrong with it, all of
//! it at once and each on its own token, and `expand` writes the code.

mod attr;
mod diagnostics;
mod docs;
mod label;
mod metrics;
mod runtime;

use proc_macro::TokenStream;

/// Makes an enum or a newtype usable as a label. See [`Label`](trait@Label) for the three kinds.
///
/// ```
/// use cryptofunk_metrics::Label;
///
/// #[derive(Label, Clone, Copy)]                // closed: "success", "error", "timed-out"
/// #[label(rename_all = "kebab-case")]          // any of serde's cases; snake_case is the default
/// enum Status { Success, Error, TimedOut }
///
/// #[derive(Label, Clone, Copy)]
/// #[label(fixed)]                              // written in the code
/// struct Server(&'static str);
///
/// #[derive(Label)]
/// #[label(open, limit = 100)]                  // from outside, at most 100 of them; then "other"
/// struct Symbol(String);
/// ```
#[proc_macro_derive(Label, attributes(label))]
pub fn derive_label(input: TokenStream) -> TokenStream {
    label::derive(input.into()).into()
}

/// Declares metric families: one function signature each.
///
/// The family's name is `namespace_subsystem_function`, the doc comment is its help text, and the parameters are its
/// labels. The functions return the series of their arguments, so a wrong label is a type error.
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
/// orders::placed_total(Status::Success).inc();
/// orders::latency_seconds(Status::Success).observe(0.25);
/// ```
///
/// # Keys
///
/// `#[metrics(…)]`: `namespace` (required), `subsystem`, and `lazy`, which leaves the families out of `/metrics` until a
/// component registers them (`module::register()`) or records into them; without it they are there from the start of the
/// process.
///
/// `#[metric(…)]`: `buckets = […]` (required for a histogram, in the unit that ends its name), `unit = "orders"` for a unit
/// that Prometheus has no word for, and `allow_name = "reason"` for a name that is fixed from outside.
///
/// # Generated
///
/// Beside the functions: `const METRICS: &[MetricDescriptor]` and `fn register()`.
#[proc_macro_attribute]
pub fn metrics(attr: TokenStream, item: TokenStream) -> TokenStream {
    metrics::expand(attr.into(), item.into()).into()
}


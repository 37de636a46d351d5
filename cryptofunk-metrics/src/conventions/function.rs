//! The convention `function`: calls of the functions under [`#[measured]`](macro@crate::measured).

use super::mcp::Status;
use crate::cell::{Counter, Histogram, IntGauge};

/// The label `function`: a function, by its name or the `name` in its attribute.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Function(pub &'static str);

/// The label `module`: the module of a function, such as `shop::orders`.
#[derive(cryptofunk_metrics_macros::Label, Debug, Clone, Copy)]
#[label(fixed)]
pub struct Module(pub &'static str);

families! {
    /// The families of a module with the convention `function`, as far as it has not left them out.
    FunctionFamilies {
        function_calls_total: fn(Function, Module, Status) -> Counter,
        function_duration_seconds: fn(Function, Module) -> Histogram,
        function_calls_in_flight: fn(Function, Module) -> IntGauge,
    }
}

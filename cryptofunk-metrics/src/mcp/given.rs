//! What a handler of the block is given: the request's parameters, its context, both or neither. The types of its parameters decide.

use super::sdk::{self, Context};

/// The parameters of a request.
pub trait Params {}

cryptofunk_metrics_macros::__params!();

/// The parameters of a handler of requests that have the parameters `P`.
#[diagnostic::on_unimplemented(
    message = "the parameters of this handler are `{Self}`, which is not what its request has",
    label = "expected `{P}`, `RequestContext<RoleServer>`, or both"
)]
pub trait Given<P> {
    /// Whether the handler can see that its request is cancelled, and so clean up.
    const HAS_CONTEXT: bool;

    fn of(params: P, context: Context) -> Self;
}

impl<P: Params> Given<P> for () {
    const HAS_CONTEXT: bool = false;

    fn of(_: P, _: Context) {}
}

impl<P: Params> Given<P> for (P,) {
    const HAS_CONTEXT: bool = false;

    fn of(params: P, _: Context) -> Self {
        (params,)
    }
}

impl<P: Params> Given<P> for (Context,) {
    const HAS_CONTEXT: bool = true;

    fn of(_: P, context: Context) -> Self {
        (context,)
    }
}

impl<P: Params> Given<P> for (P, Context) {
    const HAS_CONTEXT: bool = true;

    fn of(params: P, context: Context) -> Self {
        (params, context)
    }
}

impl<P: Params> Given<P> for (Context, P) {
    const HAS_CONTEXT: bool = true;

    fn of(params: P, context: Context) -> Self {
        (context, params)
    }
}

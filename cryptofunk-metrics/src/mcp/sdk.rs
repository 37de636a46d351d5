//! The SDK's types under names that the tables of `handler` can write as one word.

pub use rmcp::{
    ErrorData, RoleServer,
    model::*,
    service::{RequestContext, SubscriptionContext},
};

pub type Context = RequestContext<RoleServer>;
pub type Page = Option<PaginatedRequestParams>;
pub type Nothing = ();

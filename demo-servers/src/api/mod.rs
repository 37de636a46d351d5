//! The component `api`: the trading state over REST.

mod openapi;
mod portfolio;
mod routes;
mod run;
mod service;

pub(crate) use run::run;
pub use service::Api;

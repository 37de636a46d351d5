//! The component `api`: the trading state over REST.

mod openapi;
mod portfolio;
mod routes;
mod run;
mod service;

pub use run::run;
pub use service::Api;

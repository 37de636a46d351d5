//! The component `api`: the trading state over REST, and as a page for people.

mod openapi;
mod portfolio;
mod routes;
mod run;
mod service;
mod system;

pub(crate) use run::run;
pub use service::Api;

//! The components of CryptoFunk, an AI trading system on paper money, instrumented with [`cryptofunk_metrics`].
//!
//! Each component is a module; [`TOPOLOGY`] lists them with their names and ports, and the binary `cryptofunk` runs them.

#![warn(missing_docs)]

pub mod agents;
pub mod api;
pub mod bus;
pub mod domain;
pub mod market_data;
pub mod monitoring;
pub mod numbers;
pub mod orchestrator;
pub mod order_executor;
pub mod rest;
pub mod risk_analyzer;
mod run;
pub mod settings;
pub mod technical_indicators;
mod topology;

pub use domain::CATALOG;
pub use run::How;
pub use topology::{STAGES, TOPOLOGY, run_component};

//! The components of CryptoFunk, an AI trading system on paper money, instrumented with [`cryptofunk_metrics`].
//!
//! Each component is a module; [`TOPOLOGY`] lists them with their names and ports, and [`run_component`] runs one. The binary
//! `cryptofunk` does the rest.

#![warn(missing_docs, unreachable_pub)]

mod access;
mod agents;
mod api;
mod bus;
mod calculate;
pub mod domain;
mod market_data;
pub mod monitoring;
mod numbers;
mod orchestrator;
mod order_executor;
mod progress;
mod rest;
mod risk_analyzer;
mod run;
pub mod scrape;
mod settings;
mod technical_indicators;
#[cfg(test)]
mod tool_properties;
mod topology;

pub use agents::{risk::RiskAgent, sentiment::SentimentAgent, technical::TechnicalAgent, trend::TrendAgent};
pub use api::Api;
pub use domain::CATALOG;
pub use market_data::MarketData;
pub use orchestrator::Orchestrator;
pub use order_executor::OrderExecutor;
pub use risk_analyzer::RiskAnalyzer;
pub use run::How;
pub use settings::{DATA_FOLDER, WrongSetting, redacted, variable};
pub use technical_indicators::TechnicalIndicators;
pub use topology::{STAGES, TOPOLOGY, run_component};

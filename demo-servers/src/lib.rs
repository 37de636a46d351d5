//! The components of CryptoFunk, an AI trading system on paper money, instrumented with [`cryptofunk_metrics`].
//!
//! Each component is a module; [`TOPOLOGY`] lists them with their names and ports, and the binary `cryptofunk` runs them.

#![warn(missing_docs)]

pub mod numbers;
pub mod risk_analyzer;
pub mod technical_indicators;
mod topology;

pub use topology::TOPOLOGY;

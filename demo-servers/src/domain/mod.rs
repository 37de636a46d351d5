//! What CryptoFunk measures beside what the library does: trades, risk, votes and messages.

pub mod agents;
pub mod nats;
pub mod orchestrator;
pub mod risk;
pub mod trading;

use cryptofunk_metrics::{Catalog, catalog};

/// All families of CryptoFunk: those of the library and its own.
pub const CATALOG: Catalog = Catalog::new(&[
    catalog::mcp::METRICS,
    agents::every::METRICS,
    orchestrator::METRICS,
    trading::METRICS,
    risk::METRICS,
    catalog::system::METRICS,
    nats::METRICS,
]);

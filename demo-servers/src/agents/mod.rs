//! The seven agents. Each looks at one thing, with a method of its own, and says what it thinks of every pair in every round.

pub(crate) mod arbitrage;
mod candles;
mod opinion;
pub(crate) mod orderbook;
pub(crate) mod reversion;
pub(crate) mod risk;
mod runner;
pub(crate) mod sentiment;
pub(crate) mod technical;
pub(crate) mod trend;

use candles::{candles, closes};
pub(crate) use opinion::{AgentError, Opinion};
pub(crate) use runner::{Trader, run};

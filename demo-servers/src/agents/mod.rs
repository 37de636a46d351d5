//! The seven agents. Each looks at one thing, with a method of its own, and says what it thinks of every pair in every round.

pub mod arbitrage;
mod candles;
mod opinion;
pub mod orderbook;
pub mod reversion;
pub mod risk;
mod runner;
pub mod sentiment;
pub mod technical;
pub mod trend;

use candles::{candles, closes};
pub use opinion::{AgentError, Opinion};
pub use runner::{Trader, run};

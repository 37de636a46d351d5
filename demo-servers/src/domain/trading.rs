//! What is traded and how it goes.

use cryptofunk_metrics::{Label, metrics};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A trading pair, such as `BTC-USD`; whatever clients ask for, up to the budget.
#[derive(Label, Debug, Clone)]
#[label(open, limit = 100)]
pub struct Symbol(pub String);

/// The side of an order.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "there are two")]
pub enum Side {
    Buy,
    Sell,
}

/// How an order is executed.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// At once, at the prices that are there.
    Market,
    /// At its limit or better, now or later.
    Limit,
}

/// What became of an order.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// It rests until the price crosses its limit.
    Open,
    /// It was executed.
    Filled,
    /// It was refused.
    Rejected,
    /// It was withdrawn.
    Cancelled,
}

/// How an order ended: what is counted of an [`OrderStatus`].
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum TradeStatus {
    /// It was executed.
    Filled,
    /// It was refused.
    Rejected,
    /// It was withdrawn.
    Cancelled,
}

/// Whether money is at stake.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Simulated.
    Paper,
    /// Real.
    Live,
}

#[metrics(namespace = "cryptofunk", lazy)]
mod declarations {
    /// Total trades by symbol, side, status and mode.
    pub fn trades_total(symbol: Symbol, side: Side, status: TradeStatus, mode: Mode) -> Counter;

    /// Trade value distribution.
    #[metric(buckets = [10.0, 50.0, 100.0, 500.0, 1_000.0, 5_000.0, 10_000.0, 50_000.0, 100_000.0])]
    pub fn trade_value_usd(symbol: Symbol) -> Histogram;

    /// Number of open positions.
    pub fn positions_open() -> IntGauge;

    /// Total portfolio value.
    pub fn portfolio_value_usd() -> Gauge;

    /// Total profit or loss since the start, in USD.
    pub fn total_pnl() -> Gauge;

    /// Share of closed trades that made a profit, from 0 to 1.
    pub fn win_rate() -> Gauge;

    /// Sharpe ratio, annualised.
    pub fn sharpe_ratio() -> Gauge;

    /// Current loss from the highest portfolio value, from 0 to 1.
    pub fn current_drawdown() -> Gauge;
}
pub use declarations::*;

//! Orders, trades and sessions as clients see them.

use std::fmt;

use cryptofunk_metrics::agent::CallError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::trading;

/// The side of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "there are two")]
pub enum Side {
    Buy,
    Sell,
}

impl Side {
    /// The word that stands for it everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Buy => "buy",
            Side::Sell => "sell",
        }
    }

    pub(super) fn label(self) -> trading::Side {
        match self {
            Side::Buy => trading::Side::Buy,
            Side::Sell => trading::Side::Sell,
        }
    }
}

/// How an order is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrderKind {
    /// At once, at the prices that are there.
    Market,
    /// At its limit or better, now or later.
    Limit,
}

impl OrderKind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            OrderKind::Market => "market",
            OrderKind::Limit => "limit",
        }
    }
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
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

impl OrderStatus {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            OrderStatus::Open => "open",
            OrderStatus::Filled => "filled",
            OrderStatus::Rejected => "rejected",
            OrderStatus::Cancelled => "cancelled",
        }
    }
}

/// An order, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// Its id.
    pub order_id: String,
    /// The session that it belongs to.
    pub session_id: String,
    /// The pair.
    pub symbol: String,
    /// The side.
    pub side: Side,
    /// How it is executed.
    pub kind: OrderKind,
    /// How much, in units of the pair's first half.
    pub quantity: f64,
    /// The limit in USD, of a limit order.
    pub limit_price: Option<f64>,
    /// What became of it.
    pub status: OrderStatus,
    /// Why it was refused.
    pub reason: Option<String>,
    /// What was traded, if it was filled.
    pub trade: Option<Trade>,
}

/// An execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trade {
    /// Its place among all trades.
    pub number: i64,
    /// The order.
    pub order_id: String,
    /// The pair.
    pub symbol: String,
    /// The side.
    pub side: Side,
    /// How much, in units of the pair's first half.
    pub quantity: f64,
    /// The average price in USD.
    pub price: f64,
    /// Price times quantity in USD.
    pub value_usd: f64,
    /// The fee in USD.
    pub fee_usd: f64,
    /// What a sale has gained, in USD.
    pub realized_pnl_usd: Option<f64>,
    /// The tick of the market.
    pub tick: u64,
    /// When it was recorded, in milliseconds since 1970.
    pub executed_ms: i64,
}

/// A pair that is held.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The pair.
    pub symbol: String,
    /// How much.
    pub quantity: f64,
    /// What one has cost on average, with fees, in USD.
    pub average_cost: f64,
    /// The price now.
    pub price: f64,
    /// What it is worth, in USD.
    pub value_usd: f64,
    /// What it would gain, in USD.
    pub unrealized_pnl_usd: f64,
}

/// A session: an account that begins with cash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SessionStats {
    /// Its id.
    pub session_id: String,
    /// Its name.
    pub name: String,
    /// Whether it takes orders.
    pub active: bool,
    /// The tick at which holdings were valued.
    pub tick: u64,
    /// The cash that it began with, in USD.
    pub initial_cash_usd: f64,
    /// The cash of now, in USD.
    pub cash_usd: f64,
    /// The value of all positions, in USD.
    pub exposure_usd: f64,
    /// Cash and positions, in USD.
    pub portfolio_value_usd: f64,
    /// The gain since the start, in USD.
    pub total_pnl_usd: f64,
    /// The gain of all sales, in USD.
    pub realized_pnl_usd: f64,
    /// All fees, in USD.
    pub fees_usd: f64,
    /// What is held.
    pub positions: Vec<Position>,
    /// Orders that were executed.
    pub trades: i64,
    /// Orders that were refused.
    pub rejected_orders: i64,
    /// Orders that were withdrawn.
    pub cancelled_orders: i64,
    /// Orders that rest.
    pub open_orders: i64,
    /// The share of sales that made a profit, from 0 to 1.
    pub win_rate: Option<f64>,
    /// The Sharpe ratio for a year.
    pub sharpe_ratio: Option<f64>,
    /// The worst loss from a highest value, from 0 to 1.
    pub max_drawdown: f64,
    /// The loss of now from the highest value, from 0 to 1.
    pub current_drawdown: f64,
    /// The last recorded values of the portfolio, oldest first, as many as were asked for.
    pub values_usd: Vec<f64>,
}

/// Trades, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TradePage {
    /// The session.
    pub session_id: String,
    /// The page.
    pub trades: Vec<Trade>,
    /// How many trades the session has.
    pub total: i64,
}

/// Why an order or a question has no answer.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum OrderError {
    #[error("the database does not answer, nothing was done: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the market does not answer, nothing was done: {0}")]
    Market(#[from] CallError),
    #[error("no session is active; start one with `start_session`")]
    NoSession,
    #[error("there is no session `{0}`")]
    UnknownSession(String),
    #[error("session `{0}` has ended, and its id cannot be used again")]
    EndedSession(String),
    #[error("session `{0}` is active; stop it first, or replace it with `replace`")]
    OtherSession(String),
    #[error("there is no order `{0}`")]
    UnknownOrder(String),
    #[error("order `{0}` exists and asks for something else; take another id")]
    OtherOrder(String),
    #[error("order `{id}` is {status} and cannot be cancelled")]
    NotOpen { id: String, status: &'static str },
    #[error("`{0}` cannot be a symbol: these have 1 to 20 capitals, digits and `-`, as BTC-USD does")]
    NoSymbol(String),
    #[error("`{name}` is {value}, but should be {expected}")]
    Number { name: &'static str, value: f64, expected: &'static str },
    #[error("`{0}` is an id of 1 to 100 letters, digits and `-`, `_`, `.`, `:`")]
    Id(&'static str),
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! Orders, trades and sessions as clients see them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::trading::{OrderKind, OrderStatus, Side};

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
    /// The last tick whose value was recorded: that of the last round.
    pub recorded_tick: Option<u64>,
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

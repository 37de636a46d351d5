//! The account, as the API tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::order_executor::SessionStats;

/// The account as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Portfolio {
    /// The session.
    session_id: String,
    /// The tick of the market that positions are valued at.
    tick: u64,
    /// Cash and positions, in USD.
    portfolio_value_usd: f64,
    /// The cash, in USD.
    cash_usd: f64,
    /// The value of all positions, in USD.
    exposure_usd: f64,
    /// How many positions are open.
    positions_open: usize,
    /// The gain since the start, in USD.
    total_pnl_usd: f64,
    /// The gain of all sales, in USD.
    realized_pnl_usd: f64,
    /// All fees, in USD.
    fees_usd: f64,
    /// Orders that were executed.
    trades: i64,
    /// Orders that were refused.
    rejected_orders: i64,
    /// The share of sales that made a profit, from 0 to 1.
    win_rate: Option<f64>,
    /// The Sharpe ratio for a year.
    sharpe_ratio: Option<f64>,
    /// The worst loss from a highest value, from 0 to 1.
    max_drawdown: f64,
    /// The loss of now from the highest value, from 0 to 1.
    current_drawdown: f64,
}

impl From<SessionStats> for Portfolio {
    fn from(stats: SessionStats) -> Self {
        Portfolio {
            session_id: stats.session_id,
            tick: stats.tick,
            portfolio_value_usd: stats.portfolio_value_usd,
            cash_usd: stats.cash_usd,
            exposure_usd: stats.exposure_usd,
            positions_open: stats.positions.len(),
            total_pnl_usd: stats.total_pnl_usd,
            realized_pnl_usd: stats.realized_pnl_usd,
            fees_usd: stats.fees_usd,
            trades: stats.trades,
            rejected_orders: stats.rejected_orders,
            win_rate: stats.win_rate,
            sharpe_ratio: stats.sharpe_ratio,
            max_drawdown: stats.max_drawdown,
            current_drawdown: stats.current_drawdown,
        }
    }
}

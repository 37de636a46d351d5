//! How a session goes. The formulas:
//!
//! - portfolio value: cash, and each holding at the middle of the book;
//! - total P&L: the value less the cash that the session began with;
//! - realised P&L: for each sale its proceeds less its fee, less the average cost (fees included) of what was sold;
//! - win rate: the share of the sales with a realised P&L above 0;
//! - Sharpe ratio: mean by sample standard deviation of the returns between recorded values, one a minute of the market,
//!   times the root of the minutes of a year (no risk-free rate);
//! - drawdown: 1 less the value by the highest value so far.

use crate::{
    domain::trading,
    risk_analyzer::{drawdown, sharpe},
};

/// The minutes of a year of 365 days: crypto markets never close.
pub(crate) const MINUTES_PER_YEAR: f64 = 365.0 * 24.0 * 60.0;

/// What follows from a session's recorded values and sales.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Performance {
    /// The share of sales that made a profit; nothing before the first.
    pub win_rate: Option<f64>,
    /// For a year; nothing before the values vary.
    pub sharpe_ratio: Option<f64>,
    /// The worst loss from a highest value, from 0 to 1.
    pub max_drawdown: f64,
    /// The loss of now from the highest value, from 0 to 1.
    pub current_drawdown: f64,
}

/// The performance of these values, oldest first, the last of which is now.
pub(crate) fn performance(values: &[f64], sales: i64, winning_sales: i64) -> Performance {
    let returns: Vec<f64> = values.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
    let sharpe_ratio = (returns.len() >= 2).then(|| sharpe(&returns, 0.0, MINUTES_PER_YEAR).ok()).flatten();
    let drawdown = drawdown(values);
    Performance {
        win_rate: (sales > 0).then(|| winning_sales as f64 / sales as f64),
        sharpe_ratio: sharpe_ratio.map(|sharpe| sharpe.sharpe_ratio),
        max_drawdown: drawdown.max_drawdown,
        current_drawdown: drawdown.current_drawdown,
    }
}

/// Shows a session in the gauges of the catalogue; what is undefined reads 0.
pub(super) fn show(open: usize, value_usd: f64, pnl_usd: f64, performance: &Performance) {
    trading::positions_open().set(i64::try_from(open).unwrap_or(i64::MAX));
    trading::portfolio_value_usd().set(value_usd);
    trading::total_pnl().set(pnl_usd);
    trading::win_rate().set(performance.win_rate.unwrap_or(0.0));
    trading::sharpe_ratio().set(performance.sharpe_ratio.unwrap_or(0.0));
    trading::current_drawdown().set(performance.current_drawdown);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Returns of 1 %, -1 % and 2 %: mean 0.0066…, sample deviation 0.015275….
        let values = [100.0, 101.0, 99.99, 101.9898];
        let performance = performance(&values, 4, 3);
        assert_eq!(performance.win_rate, Some(0.75));
        assert!((performance.max_drawdown - 0.01).abs() < 1e-12 && performance.current_drawdown == 0.0);
        let sharpe = performance.sharpe_ratio.expect("the values vary");
        assert!((sharpe - 0.006_666_666_666 / 0.015_275_252_316 * 525_600f64.sqrt()).abs() < 1e-6, "{sharpe}");
    }

    #[test]
    fn what_is_undefined_is_nothing() {
        let performance = performance(&[100.0], 0, 0);
        assert_eq!((performance.win_rate, performance.sharpe_ratio), (None, None));
        assert_eq!((performance.max_drawdown, performance.current_drawdown), (0.0, 0.0));
    }
}

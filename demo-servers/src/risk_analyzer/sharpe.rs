use schemars::JsonSchema;
use serde::Serialize;
use statrs::statistics::Statistics;

use crate::numbers::{BadNumbers, check_result};

/// A Sharpe ratio.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Sharpe {
    /// The ratio for a year.
    pub sharpe_ratio: f64,
    /// The mean return of a period above the risk-free rate.
    pub mean_excess_return: f64,
    /// The standard deviation of the returns.
    pub volatility: f64,
}

/// Mean excess return by sample standard deviation, times the root of the periods of a year (Sharpe, "The Sharpe Ratio",
/// *Journal of Portfolio Management* 21, 1994).
pub(crate) fn sharpe(returns: &[f64], risk_free_rate: f64, periods_per_year: f64) -> Result<Sharpe, BadNumbers> {
    let mean_excess_return = returns.mean() - risk_free_rate / periods_per_year;
    let volatility = returns.std_dev();
    // Equal returns have a deviation of some rounding errors at most.
    let scale = returns.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    if volatility <= scale * 1e-12 {
        return Err(BadNumbers::Undefined("these returns do not vary, so their Sharpe ratio is undefined"));
    }
    let sharpe_ratio = mean_excess_return / volatility * periods_per_year.sqrt();
    check_result([sharpe_ratio, mean_excess_return, volatility], "these returns are too large to calculate with")?;
    Ok(Sharpe { sharpe_ratio, mean_excess_return, volatility })
}

//! The MCP server `technical-indicators`.

mod adx;
mod bollinger;
mod ema;
mod macd;
mod rsi;

pub(crate) use adx::adx;
pub(crate) use bollinger::bollinger_bands;
use cryptofunk_metrics::mcp_server;
pub(crate) use ema::ema;
pub(crate) use macd::macd;
pub(crate) use rsi::rsi;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    calculate::calculate,
    numbers::{BadNumbers, check, check_length, check_period, check_prices, check_result},
};

/// Calculates technical indicators of price series.
#[derive(Debug, Default)]
pub struct TechnicalIndicators;

/// An indicator over time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Indicator {
    /// The position of the price that the first value belongs to: an indicator needs some prices before it.
    pub first_index: usize,
    /// One value for that price and each after it.
    pub values: Vec<f64>,
    /// The last value.
    pub latest: f64,
}

/// Why prices that are all right have no indicator.
const TOO_LARGE: &str = "these prices are too large to calculate with";

impl Indicator {
    /// Values of which there is at least one.
    fn new(first_index: usize, values: Vec<f64>) -> Result<Self, BadNumbers> {
        check_result(values.iter().copied(), TOO_LARGE)?;
        let latest = *values.last().ok_or(BadNumbers::Undefined(TOO_LARGE))?;
        Ok(Indicator { first_index, values, latest })
    }
}

/// The three lines of the MACD.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Macd {
    /// The fast minus the slow moving average.
    pub macd: Indicator,
    /// The moving average of the MACD line.
    pub signal: Indicator,
    /// The MACD line minus the signal line.
    pub histogram: Indicator,
}

/// A moving average with a band around it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BollingerBands {
    /// The upper band.
    pub upper: Indicator,
    /// The moving average.
    pub middle: Indicator,
    /// The lower band.
    pub lower: Indicator,
}

/// The strength and the direction of a trend.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DirectionalMovement {
    /// The average directional index: the strength of the trend, from 0 to 100.
    pub adx: Indicator,
    /// The positive directional indicator, from 0 to 100.
    pub plus_di: f64,
    /// The negative directional indicator, from 0 to 100.
    pub minus_di: f64,
}

/// Technical indicators of price series, with the conventions of TA-Lib.
#[mcp_server(name = "technical-indicators", port = 9202, slo(success = 99.5, latency(99 < "500ms")))]
impl TechnicalIndicators {
    /// Relative strength index by Wilder: above 70 counts as overbought, below 30 as oversold.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn calculate_rsi(
        &self,
        /// Closing prices, oldest first.
        prices: Vec<f64>,
        /// How many changes are averaged.
        #[default(14)]
        period: u32,
    ) -> Result<Indicator, BadNumbers> {
        calculate(prices.len(), move || {
            check_prices("prices", &prices)?;
            let period = check_period("period", period, 2)?;
            check_length("prices", &prices, period + 1, format!("an RSI of period {period}"))?;
            Indicator::new(period, rsi(&prices, period))
        })
        .await
    }

    /// Moving average convergence divergence: the distance of two exponential moving averages, and its own average.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn calculate_macd(
        &self,
        /// Closing prices, oldest first.
        prices: Vec<f64>,
        /// The period of the fast average.
        #[default(12)]
        fast_period: u32,
        /// The period of the slow average.
        #[default(26)]
        slow_period: u32,
        /// The period of the signal line.
        #[default(9)]
        signal_period: u32,
    ) -> Result<Macd, BadNumbers> {
        calculate(prices.len(), move || {
            check_prices("prices", &prices)?;
            let fast = check_period("fast_period", fast_period, 2)?;
            let slow = check_period("slow_period", slow_period, 2)?;
            let signal = check_period("signal_period", signal_period, 1)?;
            check("fast_period", f64::from(fast_period), "below `slow_period`", |_| fast < slow)?;
            let needed = slow + signal - 1;
            check_length("prices", &prices, needed, format!("a MACD of periods {fast}, {slow} and {signal}"))?;
            let lines = macd(&prices, fast, slow, signal);
            let line = |values| Indicator::new(needed - 1, values);
            Ok(Macd { macd: line(lines.macd)?, signal: line(lines.signal)?, histogram: line(lines.histogram)? })
        })
        .await
    }

    /// Bollinger bands: a moving average, and the distance of some standard deviations above and below it.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn calculate_bollinger_bands(
        &self,
        /// Closing prices, oldest first.
        prices: Vec<f64>,
        /// How many prices are averaged.
        #[default(20)]
        period: u32,
        /// The distance of the bands in standard deviations.
        #[default(2.0)]
        deviations: f64,
    ) -> Result<BollingerBands, BadNumbers> {
        calculate(prices.len(), move || {
            check_prices("prices", &prices)?;
            let period = check_period("period", period, 2)?;
            check("deviations", deviations, "above 0 and at most 100", |value| value > 0.0 && value <= 100.0)?;
            check_length("prices", &prices, period, format!("Bollinger bands of period {period}"))?;
            let bands = bollinger_bands(&prices, period, deviations);
            let line = |values| Indicator::new(period - 1, values);
            Ok(BollingerBands { upper: line(bands.upper)?, middle: line(bands.middle)?, lower: line(bands.lower)? })
        })
        .await
    }

    /// Exponential moving average.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn calculate_ema(
        &self,
        /// Closing prices, oldest first.
        prices: Vec<f64>,
        /// The period; a price weighs 2 / (period + 1).
        #[default(20)]
        period: u32,
    ) -> Result<Indicator, BadNumbers> {
        calculate(prices.len(), move || {
            check_prices("prices", &prices)?;
            let period = check_period("period", period, 1)?;
            check_length("prices", &prices, period, format!("an EMA of period {period}"))?;
            Indicator::new(period - 1, ema(&prices, period))
        })
        .await
    }

    /// Average directional index by Wilder: above 25 counts as a trend, whichever its direction.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn calculate_adx(
        &self,
        /// The highest price of each bar, oldest first.
        high: Vec<f64>,
        /// The lowest price of each bar.
        low: Vec<f64>,
        /// The closing price of each bar.
        close: Vec<f64>,
        /// How many bars are averaged.
        #[default(14)]
        period: u32,
    ) -> Result<DirectionalMovement, BadNumbers> {
        calculate(high.len(), move || {
            check_prices("high", &high)?;
            check_prices("low", &low)?;
            check_prices("close", &close)?;
            for (second, other) in [("low", &low), ("close", &close)] {
                if other.len() != high.len() {
                    return Err(BadNumbers::Uneven {
                        first: "high",
                        first_length: high.len(),
                        second,
                        second_length: other.len(),
                    });
                }
            }
            check_bars(&high, &low, &close)?;
            let period = check_period("period", period, 2)?;
            check_length("high", &high, 2 * period, format!("an ADX of period {period}"))?;
            let movement = adx(&high, &low, &close, period);
            check_result([movement.plus_di, movement.minus_di], TOO_LARGE)?;
            Ok(DirectionalMovement {
                adx: Indicator::new(2 * period - 1, movement.adx)?,
                plus_di: movement.plus_di,
                minus_di: movement.minus_di,
            })
        })
        .await
    }
}

/// Refuses bars whose prices contradict each other: the lowest is above the highest, or the last one outside of both.
fn check_bars(high: &[f64], low: &[f64], close: &[f64]) -> Result<(), BadNumbers> {
    let outside =
        |name: &str, at, value, expected| Err(BadNumbers::Outside { name: format!("`{name}`[{at}]"), value, expected });
    for (at, ((&high, &low), &close)) in high.iter().zip(low).zip(close).enumerate() {
        if high < low {
            return outside("high", at, high, "at least `low` of the same bar");
        }
        if close > high {
            return outside("close", at, close, "at most `high` of the same bar");
        }
        if close < low {
            return outside("close", at, close, "at least `low` of the same bar");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

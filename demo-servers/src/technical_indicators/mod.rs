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

use crate::numbers::{BadNumbers, check, check_length, check_period, check_prices};

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

impl Indicator {
    fn new(first_index: usize, values: Vec<f64>) -> Result<Self, BadNumbers> {
        match values.last() {
            Some(&latest) if latest.is_finite() => Ok(Indicator { first_index, values, latest }),
            _ => Err(BadNumbers::Undefined("these prices are too large to calculate with")),
        }
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
#[mcp_server(name = "technical-indicators", port = 9202)]
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
        check_prices("prices", &prices)?;
        let period = check_period("period", period, 2)?;
        check_length("prices", &prices, period + 1, format!("an RSI of period {period}"))?;
        Indicator::new(period, rsi(&prices, period))
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
        check_prices("prices", &prices)?;
        let period = check_period("period", period, 2)?;
        check("deviations", deviations, "above 0 and at most 100", |value| value > 0.0 && value <= 100.0)?;
        check_length("prices", &prices, period, format!("Bollinger bands of period {period}"))?;
        let bands = bollinger_bands(&prices, period, deviations);
        let line = |values| Indicator::new(period - 1, values);
        Ok(BollingerBands { upper: line(bands.upper)?, middle: line(bands.middle)?, lower: line(bands.lower)? })
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
        check_prices("prices", &prices)?;
        let period = check_period("period", period, 1)?;
        check_length("prices", &prices, period, format!("an EMA of period {period}"))?;
        Indicator::new(period - 1, ema(&prices, period))
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
        if let Some(at) = high.iter().zip(&low).position(|(high, low)| high < low) {
            return Err(BadNumbers::Outside {
                name: format!("`high`[{at}]"),
                value: high[at],
                expected: "at least `low` of the same bar",
            });
        }
        let period = check_period("period", period, 2)?;
        check_length("high", &high, 2 * period, format!("an ADX of period {period}"))?;
        let movement = adx(&high, &low, &close, period);
        Ok(DirectionalMovement {
            adx: Indicator::new(2 * period - 1, movement.adx)?,
            plus_di: movement.plus_di,
            minus_di: movement.minus_di,
        })
    }
}

#[cfg(test)]
mod tests;

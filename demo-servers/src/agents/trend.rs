//! `trend-agent`: a cross of moving averages in a market that has a direction.

use cryptofunk_metrics::{agent, agent::McpClient};
use serde::Deserialize;
use serde_json::json;

use super::{AgentError, Opinion, Trader, candles, closes, technical::Latest};
use crate::{
    domain::agents,
    market_data::{Candle, MarketData},
    settings::{WrongSetting, client_of},
    technical_indicators::TechnicalIndicators,
};

/// Goes with the trend, if there is one.
#[derive(Debug)]
pub struct TrendAgent {
    market: McpClient,
    indicators: McpClient,
}

#[derive(Debug, Deserialize)]
struct Movement {
    adx: Latest,
}

/// The direction is that of the fast average from the slow one, the strength the ADX, of which 50 counts as full; below 20
/// there is no trend, whatever the averages do.
pub(crate) fn decide(fast: f64, slow: f64, adx: f64) -> Opinion {
    let reason = format!("fast average {:+.3} % from the slow one, ADX {adx:.1}", 100.0 * (fast / slow - 1.0));
    Opinion::of((fast - slow).signum() * adx / 50.0, 0.4, reason)
}

/// Cross of exponential moving averages (12 and 26), confirmed by the ADX.
#[agent(name = "trend-agent", port = 9104, families = agents::calling)]
impl TrendAgent {
    /// An agent that calls the servers which the environment names.
    pub fn from_env() -> Result<Self, WrongSetting> {
        Ok(TrendAgent {
            market: client_of::<MarketData>()?.recorded_by::<Self>(),
            indicators: client_of::<TechnicalIndicators>()?.recorded_by::<Self>(),
        })
    }

    #[analysis(timeout = "10s")]
    async fn analyze(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        let candles = candles(&self.market, symbol, tick, 120).await?;
        let prices = closes(&candles);
        let of = |value: fn(&Candle) -> f64| candles.iter().map(value).collect::<Vec<f64>>();
        let (high, low) = (of(|candle| candle.high), of(|candle| candle.low));
        let fast: Latest = self.indicators.call("calculate_ema", json!({ "prices": prices, "period": 12 })).await?;
        let slow: Latest = self.indicators.call("calculate_ema", json!({ "prices": prices, "period": 26 })).await?;
        let movement: Movement =
            self.indicators.call("calculate_adx", json!({ "high": high, "low": low, "close": prices })).await?;
        Ok(decide(fast.latest, slow.latest, movement.adx.latest))
    }
}

impl Trader for TrendAgent {
    async fn opinion(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        self.analyze(symbol, tick).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::agents::Advice,
        technical_indicators::{adx, ema},
    };

    /// What the agent thinks of a course of prices, with bars of 0.05 % around them.
    fn opinion(prices: &[f64]) -> Opinion {
        let last = |values: &[f64]| values[values.len() - 1];
        let high: Vec<f64> = prices.iter().map(|price| price * 1.0005).collect();
        let low: Vec<f64> = prices.iter().map(|price| price * 0.9995).collect();
        decide(last(&ema(prices, 12)), last(&ema(prices, 26)), last(&adx(&high, &low, prices, 14).adx))
    }

    #[test]
    fn a_steady_course_is_followed_and_a_wave_is_not() {
        let course = |step: f64| (0..120).map(|minute| 1_000.0 * (1.0 + step).powi(minute)).collect::<Vec<f64>>();
        assert_eq!(opinion(&course(0.002)).advice, Advice::Buy);
        assert_eq!(opinion(&course(-0.002)).advice, Advice::Sell);
        let wave: Vec<f64> = (0..120).map(|minute| 1_000.0 + 2.0 * f64::from(minute % 4)).collect();
        assert_eq!(opinion(&wave).advice, Advice::Hold);
    }

    #[test]
    fn the_score_by_hand() {
        let opinion = decide(101.0, 100.0, 30.0);
        assert_eq!((opinion.advice, opinion.confidence), (Advice::Buy, 0.6));
        assert_eq!(decide(99.0, 100.0, 19.9).advice, Advice::Hold);
        assert_eq!(decide(99.0, 100.0, 80.0).confidence, 1.0);
    }
}

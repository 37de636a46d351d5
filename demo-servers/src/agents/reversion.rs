//! `reversion-agent`: what strays from its mean comes back.

use cryptofunk_metrics::{agent, agent::McpClient};
use serde::Deserialize;
use serde_json::json;

use super::{AgentError, Opinion, Trader, candles, closes, technical::Latest};
use crate::{
    domain::agents,
    market_data::MarketData,
    settings::{WrongSetting, client_of},
    technical_indicators::TechnicalIndicators,
};

/// Buys below the Bollinger bands, sells above them.
#[derive(Debug)]
pub(crate) struct ReversionAgent {
    market: McpClient,
    indicators: McpClient,
}

#[derive(Debug, Deserialize)]
struct Bands {
    upper: Latest,
    middle: Latest,
}

/// The score is the distance from the middle in band widths, turned round; at a band it is 2/3, which is enough to act.
pub(crate) fn decide(price: f64, middle: f64, upper: f64) -> Opinion {
    // Bands of a price that did not move have no width.
    let distance = if upper > middle { (price - middle) / (upper - middle) } else { 0.0 };
    Opinion::of(-distance / 1.5, 2.0 / 3.0, format!("{distance:+.2} of the way from the mean to the band"))
}

/// Mean reversion at the Bollinger bands (20, 2).
#[agent(name = "reversion-agent", port = 9105, families = agents::calling)]
impl ReversionAgent {
    /// An agent that calls the servers which the environment names.
    pub(crate) fn from_env() -> Result<Self, WrongSetting> {
        Ok(ReversionAgent {
            market: client_of::<MarketData>()?.recorded_by::<Self>(),
            indicators: client_of::<TechnicalIndicators>()?.recorded_by::<Self>(),
        })
    }

    #[analysis(timeout = "10s")]
    async fn analyze(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        let prices = closes(&candles(&self.market, symbol, tick, 60).await?);
        let bands: Bands = self.indicators.call("calculate_bollinger_bands", json!({ "prices": prices })).await?;
        Ok(decide(prices[prices.len() - 1], bands.middle.latest, bands.upper.latest))
    }
}

impl Trader for ReversionAgent {
    async fn opinion(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        self.analyze(symbol, tick).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::agents::Advice, technical_indicators::bollinger_bands};

    #[test]
    fn what_jumps_out_of_its_bands_is_expected_back() {
        let opinion = |jump: f64| {
            let mut prices: Vec<f64> = (0..59).map(|minute| 1_000.0 + f64::from(minute % 2)).collect();
            prices.push(1_000.0 + jump);
            let bands = bollinger_bands(&prices, 20, 2.0);
            decide(prices[59], bands.middle[bands.middle.len() - 1], bands.upper[bands.upper.len() - 1]).advice
        };
        assert_eq!(opinion(-10.0), Advice::Buy);
        assert_eq!(opinion(10.0), Advice::Sell);
        assert_eq!(opinion(0.5), Advice::Hold);
    }

    #[test]
    fn the_score_by_hand() {
        let opinion = decide(88.0, 100.0, 110.0);
        assert!((opinion.confidence - 0.8).abs() < 1e-12 && opinion.advice == Advice::Buy);
        assert_eq!(decide(100.0, 100.0, 100.0).advice, Advice::Hold);
    }
}

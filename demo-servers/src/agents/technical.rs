//! `technical-agent`: relative strength index and MACD.

use cryptofunk_metrics::{agent, agent::McpClient};
use serde::Deserialize;
use serde_json::json;

use super::{AgentError, Opinion, Trader, candles, closes};
use crate::{
    domain::agents,
    market_data::MarketData,
    settings::{WrongSetting, client_of},
    technical_indicators::TechnicalIndicators,
};

/// Buys what was sold too much and turns up, sells what was bought too much and turns down.
#[derive(Debug)]
pub struct TechnicalAgent {
    market: McpClient,
    indicators: McpClient,
}

/// The last value of an indicator.
#[derive(Debug, Deserialize)]
pub(super) struct Latest {
    pub(super) latest: f64,
}

#[derive(Debug, Deserialize)]
struct Macd {
    histogram: Latest,
}

/// Half of the score is how far the RSI lies from 50 towards 20 or 80, half the MACD histogram by the price, of which 0.05 %
/// counts as much.
pub(crate) fn decide(rsi: f64, histogram: f64, price: f64) -> Opinion {
    let strength = ((50.0 - rsi) / 30.0).clamp(-1.0, 1.0);
    let momentum = (histogram / price / 0.0005).clamp(-1.0, 1.0);
    Opinion::of(
        0.5 * strength + 0.5 * momentum,
        0.2,
        format!("RSI {rsi:.1}, MACD histogram {:+.4} % of the price", 100.0 * histogram / price),
    )
}

/// Relative strength index and MACD, from the server technical-indicators.
#[agent(name = "technical-agent", port = 9101, families = agents::calling)]
impl TechnicalAgent {
    /// An agent that calls the servers which the environment names.
    pub fn from_env() -> Result<Self, WrongSetting> {
        Ok(TechnicalAgent {
            market: client_of::<MarketData>()?.recorded_by::<Self>(),
            indicators: client_of::<TechnicalIndicators>()?.recorded_by::<Self>(),
        })
    }

    #[analysis(timeout = "10s")]
    async fn analyze(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        let prices = closes(&candles(&self.market, symbol, tick, 120).await?);
        let rsi: Latest = self.indicators.call("calculate_rsi", json!({ "prices": prices })).await?;
        let macd: Macd = self.indicators.call("calculate_macd", json!({ "prices": prices })).await?;
        Ok(decide(rsi.latest, macd.histogram.latest, prices[prices.len() - 1]))
    }
}

impl Trader for TechnicalAgent {
    async fn opinion(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        self.analyze(symbol, tick).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::agents::Advice,
        technical_indicators::{macd, rsi},
    };

    fn opinion(prices: &[f64]) -> Opinion {
        let last = |values: Vec<f64>| values[values.len() - 1];
        decide(last(rsi(prices, 14)), last(macd(prices, 12, 26, 9).histogram), prices[prices.len() - 1])
    }

    #[test]
    fn a_fall_that_turns_is_bought_and_a_rise_that_turns_is_sold() {
        // 100 minutes down by 0.2 % each, then three up by 0.1 %.
        let course = |sign: f64| {
            let mut price = 1_000.0;
            (0..103)
                .map(|minute| {
                    price *= 1.0 + sign * if minute < 100 { -0.002 } else { 0.001 };
                    price
                })
                .collect::<Vec<f64>>()
        };
        assert_eq!(opinion(&course(1.0)).advice, Advice::Buy);
        assert_eq!(opinion(&course(-1.0)).advice, Advice::Sell);
    }

    #[test]
    fn the_score_by_hand() {
        // (50 - 35) / 30 = 0.5, and 0.25 of 1,000 are half of 0.05 %: 0.25 + 0.25.
        let opinion = decide(35.0, 0.25, 1_000.0);
        assert_eq!((opinion.advice, opinion.confidence), (Advice::Buy, 0.5));
        assert_eq!(decide(50.0, 0.0, 1_000.0).advice, Advice::Hold);
        assert_eq!(decide(80.0, -5.0, 1_000.0).confidence, 1.0);
    }
}

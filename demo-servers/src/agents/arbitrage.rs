//! `arbitrage-agent`: two venues, one pair.

use cryptofunk_metrics::{agent, agent::McpClient};
use serde_json::json;

use super::{AgentError, Opinion, Trader};
use crate::{
    domain::agents,
    market_data::{MarketData, Price, Venue},
    settings::{WrongSetting, client_of},
};

/// Buys where the pair is cheaper than elsewhere, once that is more than what trading costs.
#[derive(Debug)]
pub(crate) struct ArbitrageAgent {
    market: McpClient,
}

/// A fee of 0.1 % on each of the two venues.
pub(crate) const COST: f64 = 0.002;

/// What remains of the gap when it is traded: sell at the one venue's bid what was bought at the other's ask. Above 0 if
/// alpha, where orders are executed, is the cheap one, below 0 if it is the dear one, 0 if nothing remains.
pub(crate) fn edge(alpha: &Price, beta: &Price) -> f64 {
    let buy_here = beta.bid / alpha.ask - 1.0 - COST;
    let sell_here = alpha.bid / beta.ask - 1.0 - COST;
    if buy_here > 0.0 {
        buy_here
    } else if sell_here > 0.0 {
        -sell_here
    } else {
        0.0
    }
}

/// An edge of 0.2 % counts as full, a tenth of it is enough to act.
pub(crate) fn decide(edge: f64) -> Opinion {
    Opinion::of(edge / 0.002, 0.1, format!("{:+.3} % between the venues after costs", 100.0 * edge))
}

/// Price gap between the two venues, after costs.
#[agent(name = "arbitrage-agent", port = 9106, families = agents::calling)]
impl ArbitrageAgent {
    /// An agent that calls the servers which the environment names.
    pub(crate) fn from_env() -> Result<Self, WrongSetting> {
        let market = client_of::<MarketData>()?.recorded_by::<Self>();
        Ok(ArbitrageAgent { market })
    }

    #[analysis(timeout = "10s")]
    async fn analyze(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        let (alpha, beta) =
            tokio::try_join!(self.price(symbol, Venue::Alpha, tick), self.price(symbol, Venue::Beta, tick))?;
        Ok(decide(edge(&alpha, &beta)))
    }

    async fn price(&self, symbol: &str, venue: Venue, tick: u64) -> Result<Price, AgentError> {
        Ok(self.market.call("get_price", json!({ "symbol": symbol, "venue": venue, "at": tick })).await?)
    }
}

impl Trader for ArbitrageAgent {
    async fn opinion(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        self.analyze(symbol, tick).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agents::Advice;

    fn price(bid: f64, ask: f64) -> Price {
        let price = (bid + ask) / 2.0;
        Price { symbol: "BTC-USD".to_owned(), venue: Venue::Alpha, price, bid, ask, tick: 0, tick_ms: 1_000 }
    }

    #[test]
    fn by_hand() {
        // Bought at 100 and sold at 100.5: 0.5 % less costs of 0.2 %.
        assert!((edge(&price(99.9, 100.0), &price(100.5, 100.6)) - 0.003).abs() < 1e-12);
        assert!((edge(&price(100.5, 100.6), &price(99.9, 100.0)) + 0.003).abs() < 1e-12);
        assert_eq!(edge(&price(100.0, 100.1), &price(100.1, 100.2)), 0.0);
        assert_eq!(decide(0.003).advice, Advice::Buy);
        assert_eq!((decide(-0.001).advice, decide(-0.001).confidence), (Advice::Sell, 0.5));
        assert_eq!(decide(0.0).advice, Advice::Hold);
    }
}

//! `orderbook-agent`: the imbalance of the order book.

use cryptofunk_metrics::{agent, agent::McpClient};
use serde_json::json;

use super::{AgentError, Opinion, Trader};
use crate::{
    domain::agents,
    market_data::{Level, MarketData, OrderBook},
    settings::{WrongSetting, client_of},
};

/// Goes with the side that offers more.
#[derive(Debug)]
pub(crate) struct OrderBookAgent {
    market: McpClient,
}

/// The quantity offered to buy less that offered to sell, by both: from -1 to 1. Nothing without offers.
pub(crate) fn imbalance(bids: &[Level], asks: &[Level]) -> Option<f64> {
    let quantity = |levels: &[Level]| levels.iter().map(|level| level.quantity).sum::<f64>();
    let (bids, asks) = (quantity(bids), quantity(asks));
    (bids + asks > 0.0).then(|| (bids - asks) / (bids + asks))
}

/// An imbalance of a quarter is enough to act.
pub(crate) fn decide(imbalance: f64) -> Opinion {
    Opinion::of(imbalance, 0.25, format!("order book imbalance {imbalance:+.2}"))
}

/// Order-book imbalance: more to buy than to sell lifts the price.
#[agent(name = "orderbook-agent", port = 9102, families = agents::calling)]
impl OrderBookAgent {
    /// An agent that calls the servers which the environment names.
    pub(crate) fn from_env() -> Result<Self, WrongSetting> {
        let market = client_of::<MarketData>()?.recorded_by::<Self>();
        Ok(OrderBookAgent { market })
    }

    #[analysis(timeout = "10s")]
    async fn analyze(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        let book: OrderBook =
            self.market.call("get_order_book", json!({ "symbol": symbol, "depth": 10, "at": tick })).await?;
        let imbalance = imbalance(&book.bids, &book.asks).ok_or_else(|| AgentError::EmptyBook(symbol.to_owned()))?;
        Ok(decide(imbalance))
    }
}

impl Trader for OrderBookAgent {
    async fn opinion(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        self.analyze(symbol, tick).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agents::Advice;

    #[test]
    fn by_hand() {
        let level = |quantity| Level { price: 100.0, quantity };
        assert_eq!(imbalance(&[level(2.0), level(1.0)], &[level(1.0)]), Some(0.5));
        assert_eq!(imbalance(&[], &[level(1.0)]), Some(-1.0));
        assert_eq!(imbalance(&[], &[]), None);
        assert_eq!((decide(0.5).advice, decide(0.5).confidence), (Advice::Buy, 0.5));
        assert_eq!(decide(-0.25).advice, Advice::Sell);
        assert_eq!(decide(0.2).advice, Advice::Hold);
    }
}

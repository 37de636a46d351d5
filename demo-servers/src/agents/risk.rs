//! `risk-agent`: what the portfolio may lose, and whether it may buy more.

use cryptofunk_metrics::{agent, agent::McpClient};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;

use super::{AgentError, Opinion, Trader, candles, closes};
use crate::{
    domain::agents::{self, Advice},
    market_data::MarketData,
    order_executor::{Moment, OrderExecutor, SessionStats},
    risk_analyzer::{Limits, RiskAnalyzer},
    settings::{WrongSetting, client_of},
};

/// Watches the portfolio; objects to buying when it is near its limits.
#[derive(Debug)]
pub struct RiskAgent {
    market: McpClient,
    executor: McpClient,
    analyzer: McpClient,
    /// The portfolio's risk at the last tick, which is the same for all pairs.
    known: Mutex<Option<(u64, Risk)>>,
}

/// The risk of a portfolio.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Risk {
    /// The value at risk of a day at 95 %, as a share of the portfolio.
    pub var_ratio: f64,
    /// The loss from the highest value, from 0 to 1.
    pub drawdown: f64,
    /// The share of the portfolio in each pair that is held.
    pub shares: Vec<(String, f64)>,
}

#[derive(Debug, Deserialize)]
struct ValueAtRisk {
    var_ratio: f64,
}

/// The returns that are looked back at.
const RETURNS: usize = 300;
/// A day's returns are this much wider than a minute's, if these do not depend on each other.
const DAY: f64 = 37.947_331_922_020_55;
/// Beyond this share of a limit, nothing is bought.
const NEAR: f64 = 0.8;

/// The limit that is nearest decides: beyond it the agent would sell, near it it objects to buying, else there is room.
pub(crate) fn decide(risk: &Risk, symbol: &str, limits: &Limits) -> Opinion {
    let share = risk.shares.iter().find(|(held, _)| held == symbol).map_or(0.0, |(_, share)| *share);
    let uses = [
        ("value at risk", risk.var_ratio / limits.var),
        ("drawdown", risk.drawdown / limits.drawdown),
        ("position", share / limits.position_size),
        ("exposure", risk.shares.iter().map(|(_, share)| share).sum::<f64>() / limits.exposure),
    ];
    let (what, used) = uses.into_iter().fold(("nothing", 0.0), |most, one| if one.1 > most.1 { one } else { most });
    let advice = match used {
        used if used >= 1.0 => Advice::Sell,
        used if used >= NEAR => Advice::Hold,
        _ => Advice::Buy,
    };
    let confidence = if advice == Advice::Buy { 1.0 - used } else { used.min(1.0) };
    let reason = format!("{:.0} % of the limit used, nearest: {what}", 100.0 * used);
    Opinion { advice, confidence, reason, veto: advice != Advice::Buy }
}

/// The returns that the holdings of now would have had: those of the pairs, by their shares of the portfolio.
pub(crate) fn portfolio_returns(courses: &[(f64, Vec<f64>)]) -> Vec<f64> {
    let length = courses.iter().map(|(_, prices)| prices.len().saturating_sub(1)).min().unwrap_or(0);
    let mut returns = vec![0.0; length];
    for (share, prices) in courses {
        let pairs = prices.windows(2).skip(prices.len() - 1 - length);
        for (sum, pair) in returns.iter_mut().zip(pairs) {
            *sum += share * (pair[1] / pair[0] - 1.0);
        }
    }
    returns
}

/// Portfolio risk: value at risk, drawdown and position sizes. May veto.
#[agent(name = "risk-agent", port = 9107, families = agents::calling)]
impl RiskAgent {
    /// An agent that calls the servers which the environment names.
    pub fn from_env() -> Result<Self, WrongSetting> {
        Ok(RiskAgent {
            market: client_of::<MarketData>()?.recorded_by::<Self>(),
            executor: client_of::<OrderExecutor>()?.recorded_by::<Self>(),
            analyzer: client_of::<RiskAnalyzer>()?.recorded_by::<Self>(),
            known: Mutex::default(),
        })
    }

    #[analysis(timeout = "10s")]
    async fn analyze(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        let mut known = self.known.lock().await;
        let risk = match &*known {
            Some((when, risk)) if *when == tick => risk.clone(),
            _ => {
                let risk = self.risk(tick).await?;
                *known = Some((tick, risk.clone()));
                risk
            }
        };
        Ok(decide(&risk, symbol, &Limits::default()))
    }

    async fn risk(&self, tick: u64) -> Result<Risk, AgentError> {
        let stats: SessionStats =
            self.executor.call("get_session_stats", json!({ "at": tick, "moment": Moment::Opening })).await?;
        let value = stats.portfolio_value_usd;
        let mut courses = Vec::new();
        let mut shares = Vec::new();
        for position in stats.positions {
            let share = position.value_usd / value;
            courses.push((share, closes(&candles(&self.market, &position.symbol, tick, RETURNS + 1).await?)));
            shares.push((position.symbol, share));
        }
        let mut returns: Vec<f64> = portfolio_returns(&courses).into_iter().map(|one| one * DAY).collect();
        if returns.is_empty() {
            // Cash neither gains nor loses.
            returns = vec![0.0; 2];
        }
        let mut var_ratio = 0.0;
        for confidence in [0.99, 0.95] {
            let arguments = json!({ "returns": returns, "confidence": confidence, "portfolio_value_usd": value });
            let var: ValueAtRisk = self.analyzer.call("calculate_var", arguments).await?;
            var_ratio = var.var_ratio.max(0.0);
        }
        Ok(Risk { var_ratio, drawdown: stats.current_drawdown, shares })
    }
}

impl Trader for RiskAgent {
    async fn opinion(&self, symbol: &str, tick: u64) -> Result<Opinion, AgentError> {
        self.analyze(symbol, tick).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(var_ratio: f64, drawdown: f64, share: f64) -> Opinion {
        let risk = Risk { var_ratio, drawdown, shares: vec![("BTC-USD".to_owned(), share)] };
        decide(&risk, "BTC-USD", &Limits::default())
    }

    #[test]
    fn the_nearest_limit_decides() {
        // The limits are 5 % value at risk, 15 % drawdown and 10 % a position.
        let room = opinion(0.01, 0.03, 0.02);
        assert_eq!((room.advice, room.veto), (Advice::Buy, false));
        assert!((room.confidence - 0.8).abs() < 1e-12, "a fifth of each limit is used");
        let near = opinion(0.01, 0.0, 0.09);
        assert_eq!(
            (near.advice, near.veto, near.reason.as_str()),
            (Advice::Hold, true, "90 % of the limit used, nearest: position")
        );
        let beyond = opinion(0.0, 0.2, 0.0);
        assert_eq!((beyond.advice, beyond.veto, beyond.confidence), (Advice::Sell, true, 1.0));
        assert!(opinion(0.06, 0.0, 0.0).reason.contains("value at risk"));
    }

    #[test]
    fn returns_of_a_portfolio_by_hand() {
        // Half in one that gains 10 % and loses 10 %, a quarter in one that gains 20 % and stays.
        let courses = [(0.5, vec![1.0, 100.0, 110.0, 99.0]), (0.25, vec![10.0, 12.0, 12.0])];
        let returns = portfolio_returns(&courses);
        assert!((returns[0] - 0.10).abs() < 1e-12 && (returns[1] + 0.05).abs() < 1e-12, "{returns:?}");
        assert_eq!(portfolio_returns(&[]), Vec::<f64>::new());
    }

    #[test]
    fn a_day_has_1440_minutes() {
        assert!((DAY * DAY - 1_440.0).abs() < 1e-9);
    }
}

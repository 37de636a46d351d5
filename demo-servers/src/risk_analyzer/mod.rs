//! The MCP server `risk-analyzer`.

mod breaker;
mod drawdown;
mod kelly;
mod limits;
mod sharpe;
mod var;

pub(crate) use breaker::{Breaker, check_breaker, show};
use cryptofunk_metrics::{mcp::ToolErrorCode, mcp_server};
pub(crate) use drawdown::{Drawdown, drawdown};
pub(crate) use kelly::{Kelly, kelly};
pub(crate) use limits::{LimitCheck, Limits, Portfolio, check_limits};
pub(crate) use sharpe::{Sharpe, sharpe};
pub(crate) use var::{Method, ValueAtRisk, historical, parametric};

use crate::{
    access::{Caller, Refusal, Token},
    calculate::calculate,
    domain::{self, risk},
    numbers::{BadNumbers, check, check_length, check_prices, check_series},
};

/// Why the circuit breaker does not answer.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum BreakerError {
    #[error(transparent)]
    Numbers(#[from] BadNumbers),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl ToolErrorCode for BreakerError {
    fn code(&self) -> &'static str {
        match self {
            BreakerError::Numbers(numbers) => numbers.code(),
            BreakerError::Refused(_) => Refusal::CODE,
        }
    }
}

/// Measures the risk of portfolios.
#[derive(Debug, Default)]
pub struct RiskAnalyzer;

/// Portfolio risk: value at risk, limits, position sizing, risk-adjusted return.
#[mcp_server(
    name = "risk-analyzer",
    port = 9203,
    metrics = [domain::risk],
    slo(success = 99.5, latency(99 < "500ms"))
)]
impl RiskAnalyzer {
    /// Value at risk: the loss that a period exceeds only with the probability 1 - confidence, and the expected shortfall
    /// beyond it.
    #[mcp_tool(read_only, idempotent, open_world = false, slo(success = 99.9))]
    pub async fn calculate_var(
        &self,
        /// Periodic returns, oldest first, as fractions: 0.01 is 1 %.
        returns: Vec<f64>,
        /// Confidence level, above 0 and below 1.
        #[default(0.95)]
        confidence: f64,
        /// How the distribution of returns is taken.
        #[default]
        method: Method,
        /// The portfolio's value in USD, to have the loss in USD as well.
        portfolio_value_usd: Option<f64>,
    ) -> Result<ValueAtRisk, BadNumbers> {
        let var = calculate(returns.len(), move || {
            check_series("returns", &returns)?;
            check("confidence", confidence, "above 0 and below 1, such as 0.95", |value| value > 0.0 && value < 1.0)?;
            if let Some(value) = portfolio_value_usd {
                check("portfolio_value_usd", value, "at least 0", |value| value >= 0.0)?;
            }
            check_length("returns", &returns, 2, "a value at risk")?;
            let var = match method {
                Method::Historical => historical(&returns, confidence),
                Method::Parametric => parametric(&returns, confidence),
            }?;
            var.of_portfolio(portfolio_value_usd)
        })
        .await?;
        if let Some(usd) = var.var_usd {
            let levels = [(0.95, risk::Confidence::P95), (0.99, risk::Confidence::P99)];
            for (_, level) in levels.into_iter().filter(|(level, _)| *level == confidence) {
                risk::var_value_usd(level).set(usd);
            }
        }
        Ok(var)
    }

    /// Checks a portfolio against its limits, and says which it breaks.
    #[mcp_tool(open_world = false)]
    pub async fn check_limits(
        &self,
        /// The portfolio as it is, or would be after an order.
        portfolio: Portfolio,
        /// The limits; those that are left out have their defaults.
        #[default]
        limits: Limits,
    ) -> Result<LimitCheck, BadNumbers> {
        let result = check_limits(&portfolio, &limits)?;
        for breach in &result.breaches {
            risk::risk_limit_breaches_total(breach.limit_type).inc();
        }
        Ok(result)
    }

    /// Circuit breaker: says whether trading has to stop, and why. Once tripped by a measurement, it stays so until that is
    /// well below its limit again. Over HTTP, only a caller with the bearer token of the file API_TOKEN_FILE sets it, and may pull
    /// the switch; others are told what it would say, and change nothing.
    #[mcp_tool(idempotent, open_world = false)]
    pub async fn check_circuit_breaker(
        &self,
        caller: Caller,
        /// The loss from the highest portfolio value, from 0 to 1. Trading stops at 0.15.
        drawdown: f64,
        /// The standard deviation of the returns of a minute. Trading stops at 0.01.
        volatility: f64,
        /// Orders of the last minute. Trading stops at 60.
        orders_per_minute: u32,
        /// Whether somebody has pulled the switch.
        #[default(false)]
        manual_halt: bool,
        /// What the caller knows it to be tripped for, should this process have forgotten it.
        #[default]
        tripped: Vec<risk::Reason>,
    ) -> Result<Breaker, BreakerError> {
        check("drawdown", drawdown, "from 0 to 1", |value| (0.0..=1.0).contains(&value))?;
        check("volatility", volatility, "at least 0", |value| value >= 0.0)?;
        let allowed = caller.may_change(&Token::from_env()).await;
        if manual_halt {
            allowed?;
        }
        let breaker = check_breaker(drawdown, volatility, orders_per_minute, manual_halt, &tripped);
        if allowed.is_ok() {
            show(&breaker);
        }
        Ok(breaker)
    }

    /// Kelly criterion: the share of the capital to stake so that it grows fastest in the long run.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn kelly_criterion(
        &self,
        /// Probability of a win, from 0 to 1.
        win_probability: f64,
        /// The average win divided by the average loss.
        win_loss_ratio: f64,
        /// The share of the full Kelly stake to recommend; half Kelly gives up a quarter of the growth for half of the risk.
        #[default(0.5)]
        fraction: f64,
    ) -> Result<Kelly, BadNumbers> {
        check("win_probability", win_probability, "from 0 to 1", |value| (0.0..=1.0).contains(&value))?;
        check("win_loss_ratio", win_loss_ratio, "above 0", |value| value > 0.0)?;
        check("fraction", fraction, "above 0 and at most 1", |value| value > 0.0 && value <= 1.0)?;
        kelly(win_probability, win_loss_ratio, fraction)
    }

    /// Sharpe ratio: the mean return above the risk-free rate, in standard deviations of the return, for a year.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn calculate_sharpe(
        &self,
        /// Periodic returns, oldest first, as fractions: 0.01 is 1 %.
        returns: Vec<f64>,
        /// The risk-free rate of a year, as a fraction.
        #[default(0.0)]
        risk_free_rate: f64,
        /// How many periods a year has: 365 days on crypto markets, 252 on stock markets.
        #[default(365.0)]
        periods_per_year: f64,
    ) -> Result<Sharpe, BadNumbers> {
        calculate(returns.len(), move || {
            check_series("returns", &returns)?;
            check_length("returns", &returns, 2, "a Sharpe ratio")?;
            check("risk_free_rate", risk_free_rate, "above -1 and at most 10", |value| value > -1.0 && value <= 10.0)?;
            check("periods_per_year", periods_per_year, "above 0", |value| value > 0.0)?;
            sharpe(&returns, risk_free_rate, periods_per_year)
        })
        .await
    }

    /// Drawdown: the loss from the highest value so far, at its worst and now.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn calculate_drawdown(
        &self,
        /// Portfolio values, oldest first, in any currency.
        values: Vec<f64>,
    ) -> Result<Drawdown, BadNumbers> {
        calculate(values.len(), move || {
            check_prices("values", &values)?;
            Ok(drawdown(&values))
        })
        .await
    }
}

#[cfg(test)]
mod tests;

//! Limits, circuit breakers and value at risk.

use cryptofunk_metrics::{Label, metrics};

/// A limit that can be broken.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitType {
    /// The value of one position.
    PositionSize,
    /// The value of all positions.
    Exposure,
    /// The loss from the highest portfolio value.
    Drawdown,
    /// The loss of the day.
    DailyLoss,
    /// The value at risk.
    Var,
}

/// Why trading was halted.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The drawdown limit was reached.
    MaxDrawdown,
    /// Prices move too fast.
    HighVolatility,
    /// Too many orders.
    RateLimit,
    /// Somebody pulled the switch.
    ManualHalt,
}

/// The confidence level of a value at risk.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// 95 %.
    #[label(rename = "0.95")]
    P95,
    /// 99 %.
    #[label(rename = "0.99")]
    P99,
}

#[metrics(namespace = "cryptofunk", lazy)]
mod declarations {
    /// Risk limit violations by type.
    pub fn risk_limit_breaches_total(r#type: LimitType) -> Counter;

    /// Circuit breaker status by reason: 1 tripped, 0 not.
    pub fn circuit_breaker_tripped(reason: Reason) -> IntGauge;

    /// Value at risk by confidence level.
    pub fn var_value_usd(confidence: Confidence) -> Gauge;
}
pub use declarations::*;

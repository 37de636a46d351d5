//! Limits, circuit breakers and value at risk.

use cryptofunk_metrics::{Label, metrics};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The limits by name.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "BreachType")]
#[allow(missing_docs, reason = "the risk analyzer's limits have fields of these names")]
pub enum LimitType {
    PositionSize,
    Exposure,
    Drawdown,
    DailyLoss,
    Var,
}

/// Why trading has to stop.
#[derive(Label, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Halt")]
pub enum Reason {
    /// The loss from the highest portfolio value is too large.
    MaxDrawdown,
    /// Prices move too fast.
    HighVolatility,
    /// There are too many orders.
    RateLimit,
    /// Somebody has pulled the switch.
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

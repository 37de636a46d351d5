use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    domain::risk::LimitType,
    numbers::{BadNumbers, check, check_result},
};

/// What is compared with the limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Portfolio {
    /// The portfolio's value in USD, above 0.
    pub value_usd: f64,
    /// The value of the largest position in USD.
    pub largest_position_usd: f64,
    /// The value of all positions in USD.
    pub exposure_usd: f64,
    /// The loss from the highest value so far, from 0 to 1.
    #[serde(default)]
    pub drawdown: f64,
    /// The loss since midnight in USD; a gain is 0.
    #[serde(default)]
    pub daily_loss_usd: f64,
    /// The value at risk in USD.
    #[serde(default)]
    pub var_usd: f64,
}

/// The largest shares of the portfolio's value that are accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// One position.
    pub position_size: f64,
    /// All positions; above 1 with borrowed money.
    pub exposure: f64,
    /// The loss from the highest value.
    pub drawdown: f64,
    /// The loss of a day.
    pub daily_loss: f64,
    /// The value at risk.
    pub var: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { position_size: 0.10, exposure: 0.80, drawdown: 0.15, daily_loss: 0.05, var: 0.05 }
    }
}

/// A limit that is broken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Breach {
    /// Which one.
    pub limit_type: LimitType,
    /// The share that was found.
    pub value: f64,
    /// The share that is accepted.
    pub limit: f64,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitCheck {
    /// Whether every limit holds.
    pub approved: bool,
    /// Those that do not.
    pub breaches: Vec<Breach>,
}

/// Compares a portfolio with its limits.
pub(crate) fn check_limits(portfolio: &Portfolio, limits: &Limits) -> Result<LimitCheck, BadNumbers> {
    check("portfolio.value_usd", portfolio.value_usd, "above 0", |value| value > 0.0)?;
    check("portfolio.drawdown", portfolio.drawdown, "from 0 to 1", |value| (0.0..=1.0).contains(&value))?;
    for (name, value) in [
        ("portfolio.largest_position_usd", portfolio.largest_position_usd),
        ("portfolio.exposure_usd", portfolio.exposure_usd),
        ("portfolio.daily_loss_usd", portfolio.daily_loss_usd),
        ("portfolio.var_usd", portfolio.var_usd),
        ("limits.position_size", limits.position_size),
        ("limits.exposure", limits.exposure),
        ("limits.drawdown", limits.drawdown),
        ("limits.daily_loss", limits.daily_loss),
        ("limits.var", limits.var),
    ] {
        check(name, value, "at least 0", |value| value >= 0.0)?;
    }
    let share = |usd: f64| usd / portfolio.value_usd;
    let rows = [
        (LimitType::PositionSize, share(portfolio.largest_position_usd), limits.position_size),
        (LimitType::Exposure, share(portfolio.exposure_usd), limits.exposure),
        (LimitType::Drawdown, portfolio.drawdown, limits.drawdown),
        (LimitType::DailyLoss, share(portfolio.daily_loss_usd), limits.daily_loss),
        (LimitType::Var, share(portfolio.var_usd), limits.var),
    ];
    check_result(
        rows.iter().map(|(_, value, _)| *value),
        "`portfolio.value_usd` is too small beside the other amounts to calculate shares with",
    )?;
    let broken = rows.into_iter().filter(|(_, value, limit)| value > limit);
    let breaches: Vec<Breach> = broken.map(|(limit_type, value, limit)| Breach { limit_type, value, limit }).collect();
    Ok(LimitCheck { approved: breaches.is_empty(), breaches })
}

//! Value at risk and expected shortfall.
//!
//! Definitions follow McNeil, Frey and Embrechts, *Quantitative Risk Management* (2015), section 2.3: losses are negative
//! returns, VaR is a quantile of the loss, and expected shortfall the mean loss beyond it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::{
    distribution::{Continuous, ContinuousCDF, Normal},
    statistics::Statistics,
};

use crate::numbers::{BadNumbers, check_result};

/// How the distribution of returns is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// As the returns were.
    #[default]
    Historical,
    /// Normal, with their mean and standard deviation.
    Parametric,
}

/// A value at risk.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ValueAtRisk {
    /// The confidence level.
    pub confidence: f64,
    /// How the distribution of returns was taken.
    pub method: Method,
    /// The loss as a fraction of the portfolio; negative if even that period gains.
    pub var_ratio: f64,
    /// The mean loss of the periods that are at least as bad, as a fraction.
    pub expected_shortfall_ratio: f64,
    /// The loss in USD, if the portfolio's value was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub var_usd: Option<f64>,
    /// How many returns there were.
    pub observations: usize,
}

impl ValueAtRisk {
    /// The same for a portfolio of this value.
    ///
    /// # Errors
    ///
    /// If the loss is too large for a number.
    pub fn of_portfolio(self, value_usd: Option<f64>) -> Result<Self, BadNumbers> {
        let var_usd = value_usd.map(|value| value * self.var_ratio);
        check_result(var_usd, "the loss in USD is too large to calculate with")?;
        Ok(ValueAtRisk { var_usd, ..self })
    }
}

/// Historical simulation: the quantile of the returns themselves, interpolated as by definition 7 of Hyndman and Fan,
/// "Sample Quantiles in Statistical Packages", *The American Statistician* 50 (1996), the default of R and NumPy.
pub(crate) fn historical(returns: &[f64], confidence: f64) -> Result<ValueAtRisk, BadNumbers> {
    let mut sorted = returns.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = quantile(&sorted, 1.0 - confidence);
    // The quantile never lies below the smallest return, but rounding may put it there.
    let worst = sorted.partition_point(|value| *value <= quantile).max(1);
    finite(ValueAtRisk {
        confidence,
        method: Method::Historical,
        var_ratio: -quantile,
        expected_shortfall_ratio: -sorted[..worst].mean(),
        var_usd: None,
        observations: returns.len(),
    })
}

/// Variance and covariance: the quantile of the normal distribution with the sample's mean and standard deviation.
pub(crate) fn parametric(returns: &[f64], confidence: f64) -> Result<ValueAtRisk, BadNumbers> {
    let (mean, deviation) = (returns.mean(), returns.std_dev());
    let normal = Normal::standard();
    let z = normal.inverse_cdf(confidence);
    finite(ValueAtRisk {
        confidence,
        method: Method::Parametric,
        var_ratio: z * deviation - mean,
        expected_shortfall_ratio: deviation * normal.pdf(z) / (1.0 - confidence) - mean,
        var_usd: None,
        observations: returns.len(),
    })
}

fn finite(var: ValueAtRisk) -> Result<ValueAtRisk, BadNumbers> {
    check_result([var.var_ratio, var.expected_shortfall_ratio], "these returns are too large to calculate with")?;
    Ok(var)
}

/// The quantile of a sorted series.
fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let position = probability * (sorted.len() - 1) as f64;
    let (below, share) = (position.floor() as usize, position.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * share
}

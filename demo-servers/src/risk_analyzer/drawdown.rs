use schemars::JsonSchema;
use serde::Serialize;

/// Losses from the highest value so far.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Drawdown {
    /// The worst, from 0 to 1.
    pub max_drawdown: f64,
    /// The one of now, from 0 to 1.
    pub current_drawdown: f64,
    /// The position of the value from which the worst one began.
    pub peak_index: usize,
    /// The position of the value at which it was worst.
    pub trough_index: usize,
}

/// Drawdowns of a series of positive values. Panics if there is none.
pub(crate) fn drawdown(values: &[f64]) -> Drawdown {
    let mut result = Drawdown { max_drawdown: 0.0, current_drawdown: 0.0, peak_index: 0, trough_index: 0 };
    let mut peak = 0;
    for (at, value) in values.iter().enumerate() {
        if *value >= values[peak] {
            peak = at;
        }
        result.current_drawdown = 1.0 - value / values[peak];
        if result.current_drawdown > result.max_drawdown {
            (result.max_drawdown, result.peak_index, result.trough_index) = (result.current_drawdown, peak, at);
        }
    }
    result
}

use schemars::JsonSchema;
use serde::Serialize;

use crate::numbers::{BadNumbers, check_result};

/// A stake by the Kelly criterion.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Kelly {
    /// The full Kelly stake as a share of the capital; negative if the bet loses in the long run.
    pub kelly_fraction: f64,
    /// The share to stake: the wanted part of the full stake, and nothing on a losing bet.
    pub recommended_fraction: f64,
}

/// p - (1 - p) / b (Kelly, "A New Interpretation of Information Rate", *Bell System Technical Journal* 35, 1956).
///
/// # Errors
///
/// If wins are so small beside losses that the stake is no number.
pub(crate) fn kelly(win_probability: f64, win_loss_ratio: f64, fraction: f64) -> Result<Kelly, BadNumbers> {
    let full = win_probability - (1.0 - win_probability) / win_loss_ratio;
    check_result([full], "`win_loss_ratio` is too small for a Kelly stake")?;
    Ok(Kelly { kelly_fraction: full, recommended_fraction: (full * fraction).max(0.0) })
}

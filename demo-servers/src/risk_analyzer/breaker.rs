use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::risk::{self, Reason};

/// The drawdown, the standard deviation of a minute's returns and the orders of a minute at which trading stops.
const LIMITS: (f64, f64, f64) = (0.15, 0.01, 60.0);
/// The share of its limit below which a measurement lets trading go on.
const BACK: f64 = 0.75;

/// Whether trading has to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Breaker {
    /// Whether it has.
    pub tripped: bool,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// What the breaker says. Its memory are the gauges that show it, and its caller's: one that is tripped stays so while the measurement is
/// near.
pub(crate) fn check_breaker(
    drawdown: f64,
    volatility: f64,
    orders_per_minute: u32,
    manual_halt: bool,
    known: &[Reason],
) -> Breaker {
    let (max_drawdown, max_volatility, max_orders) = LIMITS;
    let rows = [
        (Reason::MaxDrawdown, drawdown / max_drawdown),
        (Reason::HighVolatility, volatility / max_volatility),
        (Reason::RateLimit, f64::from(orders_per_minute) / max_orders),
        (Reason::ManualHalt, f64::from(u8::from(manual_halt))),
    ];
    let is_tripped = |(reason, used): &(Reason, f64)| {
        let tripped = known.contains(reason) || risk::circuit_breaker_tripped(*reason).get() == 1;
        *used >= 1.0 || (tripped && *used >= BACK)
    };
    let reasons: Vec<Reason> = rows.into_iter().filter(is_tripped).map(|(reason, _)| reason).collect();
    Breaker { tripped: !reasons.is_empty(), reasons }
}

/// Sets the breaker.
pub(crate) fn show(breaker: &Breaker) {
    for reason in [Reason::MaxDrawdown, Reason::HighVolatility, Reason::RateLimit, Reason::ManualHalt] {
        risk::circuit_breaker_tripped(reason).set(breaker.reasons.contains(&reason).into());
    }
}

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

/// Sets the breaker. Its memory are the gauges that show it: one that is tripped stays so while the measurement is near.
pub fn check_breaker(drawdown: f64, volatility: f64, orders_per_minute: u32, manual_halt: bool) -> Breaker {
    let (max_drawdown, max_volatility, max_orders) = LIMITS;
    let rows = [
        (Reason::MaxDrawdown, drawdown / max_drawdown),
        (Reason::HighVolatility, volatility / max_volatility),
        (Reason::RateLimit, f64::from(orders_per_minute) / max_orders),
        (Reason::ManualHalt, f64::from(u8::from(manual_halt))),
    ];
    let mut reasons = Vec::new();
    for (reason, used) in rows {
        let gauge = risk::circuit_breaker_tripped(reason);
        let tripped = used >= 1.0 || (gauge.get() == 1 && used >= BACK);
        gauge.set(tripped.into());
        if tripped {
            reasons.push(reason);
        }
    }
    Breaker { tripped: !reasons.is_empty(), reasons }
}

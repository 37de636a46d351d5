//! The clock of the hot path: raw ticks when a call is recorded, seconds when it is scraped.

use std::sync::LazyLock;

use quanta::Clock;

struct Calibrated {
    clock: Clock,
    seconds_per_tick: f64,
}

static CLOCK: LazyLock<Calibrated> = LazyLock::new(|| {
    let clock = Clock::new();
    // One second of ticks at 1 THz: long enough that the quotient is exact to better than 1e-9.
    const SPAN: u64 = 1 << 40;
    let seconds_per_tick = clock.delta_as_nanos(0, SPAN) as f64 * 1e-9 / SPAN as f64;
    Calibrated { clock, seconds_per_tick }
});

/// Reads the clock, in ticks.
#[inline]
pub fn now() -> u64 {
    CLOCK.clock.raw()
}

/// How long a tick is.
pub(crate) fn seconds_per_tick() -> f64 {
    CLOCK.seconds_per_tick
}

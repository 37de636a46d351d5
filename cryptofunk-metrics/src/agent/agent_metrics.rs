//! Every series of one agent, resolved when it starts, and whether it is healthy.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use super::signal;
use cryptofunk_metrics_catalog::descriptor::LabelValues;

use crate::{
    cell::{Counter, Histogram, IntGauge},
    component::Component,
    conventions::{Families, agent::Agent},
    exemplar::Sampled,
    exporter::HealthCheck,
    label::{Label, Part},
    registry,
};

/// The series of one agent.
#[doc(hidden)]
#[derive(Debug)]
pub struct AgentMetrics {
    agent: Agent,
    signals: Option<fn(Agent, Part<'_>) -> Counter>,
    /// Where the values of their label come from.
    signal: LabelValues,
    confidence: Option<Histogram>,
    pub(super) analysis: Option<Histogram>,
    vitals: &'static Vitals,
}

impl AgentMetrics {
    /// The series of an agent; all of them are exposed from here on. One that analyses is healthy while it succeeds.
    pub fn of<C: Component + ?Sized>(healthy_within: Duration, analyses: bool) -> Self {
        let agent = Agent(C::NAME);
        let Families { agent: families, signal, .. } = C::FAMILIES;
        let healthy = families.healthy.map(|family| family(agent));
        let vitals: &'static Vitals = Box::leak(Box::new(Vitals::new(healthy_within, analyses, healthy)));
        registry::before_scrape(move || vitals.show());
        vitals.show();
        AgentMetrics {
            agent,
            signals: families.signals_total,
            signal,
            confidence: families.confidence.filter(|_| analyses).map(|family| family(agent)),
            analysis: families.analysis_duration_seconds.filter(|_| analyses).map(|family| family(agent)),
            vitals,
        }
    }

    /// Exposes the signals of a kind, as far as its values are known.
    pub(super) fn expose_signals<K: Label>(&self) {
        let (Some(family), Some(values)) = (self.signals, K::VALUES.known()) else { return };
        match self.signal {
            LabelValues::Fixed => {
                for value in values {
                    family(self.agent, Part::Text(value));
                }
            }
            // One value of a closed label brings the others.
            LabelValues::Closed(_) => {
                family(self.agent, Part::Index(0));
            }
            _ => {}
        }
    }

    /// An analysis came to a conclusion.
    pub(super) fn concluded<K: Label>(&self, kind: &K, confidence: f64, span: Sampled) {
        if let Some(family) = self.signals {
            span.inc(family(self.agent, signal::part(&self.signal, kind)));
        }
        if let Some(family) = self.confidence {
            span.observe(family, confidence);
        }
        self.succeeded();
    }

    /// The health check that every agent has.
    pub fn check(&'static self) -> HealthCheck {
        HealthCheck::of("agent", || std::future::ready(self.health()))
    }

    /// The work went well, or there was nothing to do because somebody has paused it.
    pub(super) fn succeeded(&self) {
        self.vitals.success.store(self.vitals.now(), Ordering::Relaxed);
    }

    pub(super) fn heartbeat_arrived(&self) {
        self.vitals.heartbeat.store(self.vitals.now(), Ordering::Relaxed);
    }

    pub(super) fn health(&self) -> Result<(), String> {
        self.vitals.health()
    }
}

/// Signs of life, in milliseconds since the agent's start.
#[derive(Debug)]
struct Vitals {
    started: Instant,
    within: Duration,
    /// Whether the agent has something to succeed in.
    analyses: bool,
    success: AtomicU64,
    /// 0 as long as no heartbeat has arrived.
    heartbeat: AtomicU64,
    healthy: Option<IntGauge>,
}

impl Vitals {
    fn new(within: Duration, analyses: bool, healthy: Option<IntGauge>) -> Self {
        // An agent that has just started is given time for its first success.
        Vitals {
            started: Instant::now(),
            within,
            analyses,
            success: AtomicU64::new(0),
            heartbeat: AtomicU64::new(0),
            healthy,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn health(&self) -> Result<(), String> {
        self.health_at(self.now())
    }

    fn health_at(&self, now: u64) -> Result<(), String> {
        let age = |at: &AtomicU64| Duration::from_millis(now.saturating_sub(at.load(Ordering::Relaxed)));
        let success = age(&self.success);
        if self.analyses && success > self.within {
            return Err(format!("no successful analysis for {} s", success.as_secs()));
        }
        let heartbeat = age(&self.heartbeat);
        if self.heartbeat.load(Ordering::Relaxed) > 0 && heartbeat > self.within {
            return Err(format!("no heartbeat has arrived for {} s", heartbeat.as_secs()));
        }
        Ok(())
    }

    fn show(&self) {
        if let Some(healthy) = self.healthy {
            healthy.set(self.health().is_ok().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::agent::healthy;

    fn vitals() -> Vitals {
        Vitals::new(Duration::from_secs(30), true, None)
    }

    #[test]
    fn an_agent_has_time_for_its_first_success() {
        assert_eq!(vitals().health_at(20_000), Ok(()));
        assert_eq!(vitals().health_at(40_000), Err("no successful analysis for 40 s".to_owned()));
    }

    #[test]
    fn heartbeats_count_from_the_first_on() {
        let vitals = vitals();
        vitals.success.store(100_000, Ordering::Relaxed);
        assert_eq!(vitals.health_at(100_000), Ok(()));
        vitals.heartbeat.store(60_000, Ordering::Relaxed);
        assert_eq!(vitals.health_at(100_000), Err("no heartbeat has arrived for 40 s".to_owned()));
        vitals.heartbeat.store(100_000, Ordering::Relaxed);
        assert_eq!(vitals.health_at(100_000), Ok(()));
    }

    #[test]
    fn the_gauge_shows_the_health() {
        let gauge = healthy(Agent("vitals-gauge-test"));
        let vitals = Vitals::new(Duration::ZERO, true, Some(gauge));
        vitals.show();
        assert_eq!(gauge.get(), 0, "it has had no time at all");
        vitals.success.store(u64::MAX, Ordering::Relaxed);
        vitals.show();
        assert_eq!(gauge.get(), 1);
    }
}

//! Every series of one agent, resolved when it starts, and whether it is healthy.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use super::Agent;
use crate::{
    Counter, Histogram, IntGauge,
    catalog::{
        agent::{self as families, Provider, SignalType, TokenType},
        mcp::Status,
    },
    exporter::HealthCheck,
    registry,
};

/// The series of one agent.
#[doc(hidden)]
#[derive(Debug)]
pub struct Series {
    pub(super) signals: [Counter; 3],
    pub(super) confidence: Histogram,
    pub(super) analysis: Histogram,
    pub(super) providers: Vec<LlmSeries>,
    vitals: &'static Vitals,
}

/// The series of one provider's calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct LlmSeries {
    pub(super) calls: [Counter; 3],
    pub(super) duration: Histogram,
    pub(super) prompt: Counter,
    pub(super) completion: Counter,
}

impl Series {
    /// The series of an agent; all of them are exposed from here on.
    pub fn of<A: Agent + ?Sized>() -> Self {
        let agent = families::Agent(A::NAME);
        let vitals: &'static Vitals = Box::leak(Box::new(Vitals::new(A::HEALTHY_WITHIN, families::healthy(agent))));
        registry::before_scrape(move || vitals.show());
        vitals.show();
        Series {
            signals: [SignalType::Buy, SignalType::Sell, SignalType::Hold]
                .map(|kind| families::signals_total(agent, kind)),
            confidence: families::confidence(agent),
            analysis: families::analysis_duration_seconds(agent),
            providers: A::PROVIDERS
                .iter()
                .map(|provider| {
                    let provider = Provider(provider);
                    let statuses = [Status::Success, Status::Error, Status::Cancelled];
                    LlmSeries {
                        calls: statuses.map(|status| families::llm_calls_total(agent, provider, status)),
                        duration: families::llm_duration_seconds(agent, provider),
                        prompt: families::llm_tokens_total(agent, provider, TokenType::Prompt),
                        completion: families::llm_tokens_total(agent, provider, TokenType::Completion),
                    }
                })
                .collect(),
            vitals,
        }
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
    success: AtomicU64,
    /// 0 as long as no heartbeat has arrived.
    heartbeat: AtomicU64,
    healthy: IntGauge,
}

impl Vitals {
    fn new(within: Duration, healthy: IntGauge) -> Self {
        // An agent that has just started is given time for its first success.
        Vitals { started: Instant::now(), within, success: AtomicU64::new(0), heartbeat: AtomicU64::new(0), healthy }
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
        if success > self.within {
            return Err(format!("no successful analysis for {} s", success.as_secs()));
        }
        let heartbeat = age(&self.heartbeat);
        if self.heartbeat.load(Ordering::Relaxed) > 0 && heartbeat > self.within {
            return Err(format!("no heartbeat has arrived for {} s", heartbeat.as_secs()));
        }
        Ok(())
    }

    fn show(&self) {
        self.healthy.set(self.health().is_ok().into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vitals() -> Vitals {
        Vitals::new(Duration::from_secs(30), families::healthy(families::Agent("vitals-test")))
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
        let vitals = Vitals::new(Duration::ZERO, families::healthy(families::Agent("vitals-gauge-test")));
        vitals.show();
        assert_eq!(vitals.healthy.get(), 0, "it has had no time at all");
        vitals.success.store(u64::MAX, Ordering::Relaxed);
        vitals.show();
        assert_eq!(vitals.healthy.get(), 1);
    }
}

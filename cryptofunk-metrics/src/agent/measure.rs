//! Around the body of an analysis. Its duration is recorded when a guard is dropped, so also when the future is.

use std::{marker::PhantomData, time::Duration};

use super::{
    agent_metrics::AgentMetrics,
    handle::Agent,
    signal::{self, AgentSignal},
};
use crate::{any_result::AnyResult, cell::Histogram, clock, label::Label, llm::TimedOut};

/// Measures an analysis.
pub async fn analysis<A: Agent + ?Sized, R: AnyResult<Ok: AgentSignal>>(work: impl Future<Output = R>) -> R {
    const { check::<A, R::Ok>() };
    let metrics = A::__metrics();
    let timer = Timer::start(metrics);
    let result = work.await;
    drop(timer);
    if let Ok(signal) = result.as_result() {
        metrics.concluded(&signal.kind(), signal.confidence());
    }
    result
}

/// Measures an analysis, and ends it when it takes too long.
pub async fn analysis_within<A: Agent + ?Sized, R: AnyResult<Ok: AgentSignal, Err: From<TimedOut>>>(
    limit: Duration,
    work: impl Future<Output = R>,
) -> R {
    let late = async { tokio::time::timeout(limit, work).await.unwrap_or_else(|_| R::failed(TimedOut(limit).into())) };
    analysis::<A, R>(late).await
}

/// The signals of an agent `A` whose analysis returns `R`.
pub struct Signals<A: ?Sized, R>(PhantomData<R>, PhantomData<A>);

impl<A: Agent + ?Sized, R: AnyResult<Ok: AgentSignal>> Signals<A, R> {
    /// Exposes them before there is one.
    pub fn expose() {
        const { check::<A, R::Ok>() };
        A::__metrics().expose_signals::<<R::Ok as AgentSignal>::Kind>();
    }
}

/// An analysis that returns something else is told once, where it is measured: a type's own function comes before one of a trait.
pub trait NoSignals {
    /// Exposes nothing.
    fn expose() {}
}

impl<A: ?Sized, R> NoSignals for Signals<A, R> {}

#[track_caller]
const fn check<A: Agent + ?Sized, S: AgentSignal>() {
    if !signal::fits(&A::FAMILIES.signal, &<S::Kind as Label>::VALUES) {
        panic!(
            "the families of this agent declare another kind of signals than its analysis has; name the `Kind` of its \
             `AgentSignal` where they are declared: `#[convention(signal = …)]`"
        );
    }
}

struct Timer {
    duration: Option<Histogram>,
    start: u64,
}

impl Timer {
    fn start(metrics: &AgentMetrics) -> Self {
        Timer { duration: metrics.analysis, start: clock::now() }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(duration) = self.duration {
            duration.observe_ticks(clock::now().saturating_sub(self.start));
        }
    }
}

//! Around the body of an analysis. Its duration is recorded when a guard is dropped, so also when the future is.

use std::{marker::PhantomData, time::Duration};

use super::{
    agent_metrics::AgentMetrics,
    handle::Agent,
    signal::{self, AgentSignal},
};
use crate::{
    any_result::AnyResult, cell::Histogram, clock, exemplar::Sampled, label::Label, llm::TimedOut, span::AgentSpan,
};

/// Measures an analysis.
pub async fn analysis<A: Agent + ?Sized, R: AnyResult<Ok: AgentSignal>>(work: impl Future<Output = R>) -> R {
    const { check::<A, R::Ok>() };
    measured::<A, R>(async { (work.await, false) }).await
}

/// Measures an analysis that says whether it was too late.
async fn measured<A: Agent + ?Sized, R: AnyResult<Ok: AgentSignal>>(work: impl Future<Output = (R, bool)>) -> R {
    let metrics = A::__metrics();
    let mut timer = Timer::start::<A>(metrics);
    let work = timer.span.around(work);
    let (result, is_late) = work.await;
    timer.error = result.as_result().is_err().then_some(if is_late { "timeout" } else { "_OTHER" });
    let span = timer.stop();
    if let Ok(signal) = result.as_result() {
        metrics.concluded(&signal.kind(), signal.confidence(), span);
    }
    result
}

/// Measures an analysis, and ends it when it takes too long.
pub async fn analysis_within<A: Agent + ?Sized, R: AnyResult<Ok: AgentSignal, Err: From<TimedOut>>>(
    limit: Duration,
    work: impl Future<Output = R>,
) -> R {
    const { check::<A, R::Ok>() };
    let within = async {
        match tokio::time::timeout(limit, work).await {
            Ok(result) => (result, false),
            Err(_) => (R::failed(TimedOut(limit).into()), true),
        }
    };
    measured::<A, R>(within).await
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
    span: AgentSpan,
    /// How the analysis fails if nobody says otherwise.
    error: Option<&'static str>,
    start: u64,
}

impl Timer {
    fn start<A: Agent + ?Sized>(metrics: &AgentMetrics) -> Self {
        Timer {
            duration: metrics.analysis,
            span: AgentSpan::start(A::NAME),
            error: Some("cancelled"),
            start: clock::now(),
        }
    }

    /// Ends the measurement; answers its span.
    fn stop(self) -> Sampled {
        self.span.sampled()
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let panicked = std::thread::panicking().then_some("panic");
        if let Some(error) = panicked.or(self.error) {
            self.span.failed(error);
        }
        if let Some(duration) = self.duration {
            self.span.sampled().observe_ticks(duration, clock::now().saturating_sub(self.start));
        }
    }
}

#[cfg(test)]
mod tests {
    use cryptofunk_metrics_macros::{Label, agent, metrics};

    use super::{AgentSignal, check};

    #[derive(Label, Clone, Copy)]
    enum Folder {
        Inbox,
    }

    #[derive(Label, Clone, Copy)]
    #[allow(dead_code)]
    enum Priority {
        Urgent,
    }

    #[metrics(namespace = "mail", convention = "agent")]
    #[convention(signal = super::Priority)]
    mod by_priority {}

    #[metrics(namespace = "post", convention = "agent")]
    #[convention(signal = super::Folder)]
    mod by_folder {}

    struct Sorted;

    impl AgentSignal for Sorted {
        type Kind = Folder;
        fn kind(&self) -> Folder {
            Folder::Inbox
        }
        fn confidence(&self) -> f64 {
            1.0
        }
    }

    struct Mail;

    /// Counts by priority.
    #[agent(name = "mail", port = 9197, families = by_priority)]
    impl Mail {}

    struct Post;

    /// Counts by folder.
    #[agent(name = "post", port = 9198, families = by_folder)]
    impl Post {}

    #[test]
    fn families_of_the_same_kind_take_a_signal() {
        check::<Post, Sorted>();
    }

    #[test]
    #[should_panic = "name the `Kind` of its `AgentSignal` where they are declared: `#[convention(signal = …)]`"]
    fn families_of_another_kind_are_named() {
        check::<Mail, Sorted>();
    }
}

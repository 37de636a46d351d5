//! Around the body of an analysis or an LLM call. What is measured is recorded when a guard is dropped, so also when the
//! future is.

use std::time::Duration;

use super::{AgentSignal, LlmUsage, Series, TimedOut, series::LlmSeries};
use crate::{Histogram, catalog::mcp::Status, clock};

/// Measures an analysis.
pub async fn analysis<S: AgentSignal, E>(
    series: &'static Series,
    work: impl Future<Output = Result<S, E>>,
) -> Result<S, E> {
    let timer = Timer::start(series.analysis);
    let result = work.await;
    drop(timer);
    if let Ok(signal) = &result {
        series.signals[signal.kind() as usize].inc();
        series.confidence.observe(signal.confidence());
        series.succeeded();
    }
    result
}

/// Measures an analysis, and ends it when it takes too long.
pub async fn analysis_within<S: AgentSignal, E: From<TimedOut>>(
    series: &'static Series,
    limit: Duration,
    work: impl Future<Output = Result<S, E>>,
) -> Result<S, E> {
    analysis(series, within(limit, work)).await
}

/// Measures an LLM call to the provider at this place.
pub async fn llm_call<C: LlmUsage, E>(
    series: &'static Series,
    provider: usize,
    work: impl Future<Output = Result<C, E>>,
) -> Result<C, E> {
    let series = series.providers[provider];
    let mut call = LlmCall { series, status: Status::Cancelled, _timer: Timer::start(series.duration) };
    let result = work.await;
    call.status = match &result {
        Ok(answer) => {
            series.prompt.inc_by(answer.prompt_tokens());
            series.completion.inc_by(answer.completion_tokens());
            Status::Success
        }
        Err(_) => Status::Error,
    };
    result
}

/// Measures an LLM call, and ends it when it takes too long.
pub async fn llm_call_within<C: LlmUsage, E: From<TimedOut>>(
    series: &'static Series,
    provider: usize,
    limit: Duration,
    work: impl Future<Output = Result<C, E>>,
) -> Result<C, E> {
    llm_call(series, provider, within(limit, work)).await
}

async fn within<T, E: From<TimedOut>>(limit: Duration, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(TimedOut(limit).into()))
}

struct Timer {
    duration: Histogram,
    start: u64,
}

impl Timer {
    fn start(duration: Histogram) -> Self {
        Timer { duration, start: clock::now() }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.duration.observe_ticks(clock::now().saturating_sub(self.start));
    }
}

struct LlmCall {
    series: LlmSeries,
    status: Status,
    _timer: Timer,
}

impl Drop for LlmCall {
    fn drop(&mut self) {
        let status = if std::thread::panicking() { Status::Error } else { self.status };
        self.series.calls[status as usize].inc();
    }
}

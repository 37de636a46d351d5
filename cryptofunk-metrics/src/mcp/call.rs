//! One request from its arrival to its answer.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use rmcp::{ErrorData, RoleServer, service::RequestContext};
use tokio_util::sync::CancellationToken;

use super::series::{Outcomes, Series};
use crate::{
    catalog::mcp::{Method, Status},
    clock,
};

/// A mark in a request's context: it is recorded already, by the layer around this one.
#[derive(Clone, Copy)]
pub(super) struct Recorded;

/// A request that is being answered. It is recorded when this is dropped, so also when its future is.
#[doc(hidden)]
pub struct Call {
    series: &'static Series,
    /// Nothing if the layer around this one records.
    outcomes: Option<(Outcomes, Option<Outcomes>)>,
    cancelled: CancellationToken,
    start: u64,
    status: Status,
}

impl Call {
    /// A request that has just arrived.
    pub fn start(series: &'static Series, method: Method, context: &RequestContext<RoleServer>) -> Self {
        let outer = context.extensions.get::<Recorded>().is_some();
        if !outer {
            series.in_flight().inc();
        }
        Call {
            series,
            outcomes: (!outer).then(|| (*series.method(method), None)),
            cancelled: context.ct.clone(),
            start: clock::now(),
            status: Status::Cancelled,
        }
    }

    /// The request calls a tool, which is recorded too.
    pub(super) fn of_tool(mut self, tool: Outcomes) -> Self {
        if let Some((_, outcomes)) = &mut self.outcomes {
            *outcomes = Some(tool);
        }
        self
    }

    /// Runs a handler to its end.
    pub async fn run<T>(self, handler: impl Future<Output = Result<T, ErrorData>> + Send) -> Result<T, ErrorData> {
        let answer = self.watch(handler, None).await;
        self.end(answer, |_| false)
    }

    /// Ends the call with an answer; `is_error` says whether a result tells of an error.
    pub(super) fn end<T>(
        mut self,
        ending: Ending<Result<T, ErrorData>>,
        is_error: impl FnOnce(&T) -> bool,
    ) -> Result<T, ErrorData> {
        let answer = match ending {
            Ending::Finished(answer) => answer,
            Ending::Panicked => {
                Err(ErrorData::internal_error("the request handler panicked; the server's log says more", None))
            }
            Ending::TimedOut(limit) => Err(ErrorData::internal_error(format!("no answer within {limit:?}"), None)),
            // The SDK sends nothing to a client that has cancelled.
            Ending::Cancelled => return Err(ErrorData::internal_error("cancelled", None)),
        };
        self.status = match &answer {
            Ok(value) if !is_error(value) => Status::Success,
            _ => Status::Error,
        };
        answer
    }

    /// Runs a handler until it finishes, panics, is cancelled or has had its time.
    pub(super) async fn watch<T>(&self, handler: impl Future<Output = T> + Send, limit: Option<Duration>) -> Ending<T> {
        // What a panicking handler leaves behind is the user's; the SDK's tasks have the same contract.
        let handler = AssertUnwindSafe(handler).catch_unwind();
        let time = async {
            match limit {
                Some(limit) => {
                    tokio::time::sleep(limit).await;
                    limit
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            answer = handler => answer.map_or(Ending::Panicked, Ending::Finished),
            () = self.cancelled.cancelled() => Ending::Cancelled,
            limit = time => Ending::TimedOut(limit),
        }
    }
}

/// How a handler ended.
pub(super) enum Ending<T> {
    Finished(T),
    Panicked,
    Cancelled,
    TimedOut(Duration),
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some((method, tool)) = &self.outcomes {
            let ticks = clock::now().saturating_sub(self.start);
            method.record(self.status, ticks);
            if let Some(tool) = tool {
                tool.record(self.status, ticks);
            }
            self.series.in_flight().dec();
        }
    }
}

//! Requests to a collector, by hyper, which serves `/metrics` too.

use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};

use crate::outbound::{self, Tls};

/// How much of an answer is read.
const ANSWER: usize = 64 * 1024;

/// A client that needs no runtime around it: spans are sent on a thread of their own.
#[derive(Debug)]
pub(super) struct Collector {
    pub(super) timeout: Duration,
    /// Nothing for `http://`.
    pub(super) tls: Option<Tls>,
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // Batches are seconds apart: a runtime for each costs less than a thread that waits.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let exchange = outbound::exchange(request.map(Body::from), self.tls.as_ref(), ANSWER);
        let answer = runtime.block_on(async { tokio::time::timeout(self.timeout, exchange).await });
        // A name server that does not answer holds nobody up.
        runtime.shutdown_background();
        match answer {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} ms", self.timeout.as_millis()).into()),
        }
    }
}

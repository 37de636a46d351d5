//! Places for requests: calls and streams at a time, so that other paths of the port keep theirs.

use std::sync::Arc;

use axum::{extract::Request, http::Method, response::Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{refusal::busy, settings::HttpSettings, stop::Stop};
use crate::exporter::{Keeping, Limits};

/// Connections that a shared port keeps for other paths than `/mcp`, unless it has few: then half of them.
const OTHERS: usize = 64;

/// The places of `/mcp`.
#[derive(Debug)]
pub(super) struct Admission {
    calls: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    /// Both together, so that some connections are left.
    all: Arc<Semaphore>,
    stop: Stop,
}

impl Admission {
    pub(super) fn new(settings: &HttpSettings, limits: Limits, stop: Stop) -> Self {
        let connections = limits.connections();
        let others = OTHERS.min(connections / 2).max(connections / 8);
        let all = connections - others;
        // Streams stay, so that calls need places which no stream takes.
        let streams = settings.streams.min((all * 3 / 4).max(1));
        Admission {
            calls: Arc::new(Semaphore::new(settings.calls.min(all))),
            streams: Arc::new(Semaphore::new(streams)),
            all: Arc::new(Semaphore::new(all)),
            stop,
        }
    }

    fn enter(&self, places: &Arc<Semaphore>) -> Option<[OwnedSemaphorePermit; 2]> {
        let all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        Some([Arc::clone(places).try_acquire_owned().ok()?, all])
    }
}

/// Gives a request a place until its answer is sent, or refuses it.
pub(super) async fn admit<A: Future<Output = Response>>(
    admission: &Admission,
    request: Request,
    next: impl FnOnce(Request) -> A,
) -> Response {
    let (places, what) = match *request.method() {
        Method::GET => (&admission.streams, "the server has as many open streams as it bears"),
        Method::POST => (&admission.calls, "the server answers as many requests as it bears"),
        _ => return next(request).await,
    };
    let Some(place) = admission.enter(places) else { return busy(what) };
    let call = (*request.method() == Method::POST).then(|| admission.stop.call());
    let response = next(request).await;
    response.map(|body| Keeping::body(body, (place, call)))
}

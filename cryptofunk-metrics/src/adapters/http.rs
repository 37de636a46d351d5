//! HTTP requests of an axum application, by the route that matched.

use std::{
    collections::BTreeSet,
    sync::{PoisonError, RwLock},
    task::{Context, Poll},
};

use axum::{
    extract::MatchedPath,
    http::{Method, Request, Response, StatusCode},
};
use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use crate::{
    catalog::system::{self, HttpMethod, HttpStatus, Route},
    clock,
};

/// Counts and times every request by method, route and class of status.
///
/// The route is the pattern that matched, such as `/trades/{id}`, never the path that a client sent; where none did, it is
/// `unmatched`. A request whose client goes away before the answer counts as `5xx`.
///
/// ```
/// use axum::{Router, routing::get};
/// use cryptofunk_metrics::adapters::http::HttpLayer;
///
/// let routes: Router = Router::new()
///     .route("/trades/{id}", get(|| async { "a trade" }))
///     .layer(HttpLayer::new(&["/trades/{id}"]));
/// ```
#[derive(Debug, Clone)]
pub struct HttpLayer(());

impl HttpLayer {
    /// Makes the series of `GET` requests to these routes, so that they exist before the first request.
    pub fn new(routes: &[&'static str]) -> Self {
        for route in routes.iter().chain([&UNMATCHED]) {
            // One status brings all series of a route: the other labels are closed.
            system::http_requests_total(HttpMethod::Get, Route(route), HttpStatus::Success);
            system::http_request_duration_seconds(HttpMethod::Get, Route(route), HttpStatus::Success);
        }
        HttpLayer(())
    }
}

const UNMATCHED: &str = "unmatched";

impl<S> Layer<S> for HttpLayer {
    type Service = HttpService<S>;

    fn layer(&self, service: S) -> Self::Service {
        HttpService(service)
    }
}

/// See [`HttpLayer`].
#[derive(Debug, Clone)]
pub struct HttpService<S>(S);

impl<S, B, R> Service<Request<B>> for HttpService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, |path| interned(path.as_str()));
        let recorder = Recorder {
            method: method(request.method()),
            route: Route(route),
            status: HttpStatus::ServerError,
            start: clock::now(),
        };
        let answer = self.0.call(request);
        Box::pin(async move {
            // The whole of it, to be dropped with this future.
            let mut recorder = recorder;
            let answer = answer.await?;
            recorder.status = class(answer.status());
            Ok(answer)
        })
    }
}

/// Recorded when it is dropped, so also when its future is.
struct Recorder {
    method: HttpMethod,
    route: Route,
    status: HttpStatus,
    start: u64,
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let Recorder { method, route, status, start } = *self;
        system::http_requests_total(method, route, status).inc();
        system::http_request_duration_seconds(method, route, status).observe_ticks(clock::now().saturating_sub(start));
    }
}

/// The same text, for as long as the process lives. An application has a few routes, which it declares itself.
fn interned(route: &str) -> &'static str {
    static ROUTES: RwLock<BTreeSet<&'static str>> = RwLock::new(BTreeSet::new());
    if let Some(known) = ROUTES.read().unwrap_or_else(PoisonError::into_inner).get(route) {
        return known;
    }
    let mut routes = ROUTES.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = routes.get(route) {
        return known;
    }
    let new: &'static str = route.to_owned().leak();
    routes.insert(new);
    new
}

fn method(method: &Method) -> HttpMethod {
    match *method {
        Method::GET => HttpMethod::Get,
        Method::HEAD => HttpMethod::Head,
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        Method::OPTIONS => HttpMethod::Options,
        _ => HttpMethod::Other,
    }
}

fn class(status: StatusCode) -> HttpStatus {
    match status.as_u16() / 100 {
        1 => HttpStatus::Informational,
        2 => HttpStatus::Success,
        3 => HttpStatus::Redirection,
        4 => HttpStatus::ClientError,
        _ => HttpStatus::ServerError,
    }
}

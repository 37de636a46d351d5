//! HTTP requests of an axum application, by the route that matched.

use std::task::{Context, Poll};

use axum::{
    extract::MatchedPath,
    http::{Method, Request, Response, StatusCode},
};
use futures_util::future::BoxFuture;
use tower::{Layer, Service};

pub use crate::catalog::http::{HttpMethod, HttpStatus, Route};
use crate::{
    catalog::http::{http_request_duration_seconds, http_requests_total},
    cell::{Counter, Histogram},
    clock,
    intern::Interner,
    label::Label,
};

/// The families of an application's requests: functions of a `#[metrics]` module.
///
/// `S` is the label of the status. It is made from the status code, with `From<StatusCode>`.
#[derive(Debug, Clone, Copy)]
pub struct HttpFamilies<S> {
    /// Counts requests.
    pub requests_total: fn(HttpMethod, Route, S) -> Counter,
    /// Times requests.
    pub request_duration_seconds: fn(HttpMethod, Route, S) -> Histogram,
}

/// Counts and times every request by method, route and status.
///
/// The route is the pattern that matched, such as `/trades/{id}`, never the path that a client sent. Without a match it is `unmatched`. A
/// request whose client goes away before the answer counts as `5xx`.
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
pub struct HttpLayer<S = HttpStatus>(HttpFamilies<S>);

impl HttpLayer {
    /// Records in `cryptofunk_http_requests_total` and `cryptofunk_http_request_duration_seconds`, by class of status. The series of these
    /// routes exist from here on.
    pub fn new(routes: &[&'static str]) -> Self {
        let families = HttpFamilies {
            requests_total: http_requests_total,
            request_duration_seconds: http_request_duration_seconds,
        };
        HttpLayer::with_families(routes, families)
    }
}

impl<S: Label + From<StatusCode> + Copy> HttpLayer<S> {
    /// Records in families of your own, by a status of your own. The series of these routes exist from here on.
    ///
    /// ```
    /// use axum::{Router, http::StatusCode, routing::get};
    /// use cryptofunk_metrics::{
    ///     Label, adapters::http::{HttpFamilies, HttpLayer, HttpMethod, Route}, encode_text, metrics,
    /// };
    ///
    /// #[derive(Label, Clone, Copy)]
    /// enum Outcome { Answered, Refused, Failed }
    ///
    /// impl From<StatusCode> for Outcome {
    ///     fn from(status: StatusCode) -> Self {
    ///         match status.as_u16() {
    ///             500.. => Outcome::Failed,
    ///             400.. => Outcome::Refused,
    ///             _ => Outcome::Answered,
    ///         }
    ///     }
    /// }
    ///
    /// #[metrics(namespace = "shop", subsystem = "http")]
    /// mod families {
    ///     /// Requests by method, route and outcome.
    ///     pub fn requests_total(method: HttpMethod, route: Route, outcome: Outcome) -> Counter;
    ///     /// Request latency.
    ///     #[metric(buckets = [0.01, 0.1, 1.0, 10.0])]
    ///     pub fn request_duration_seconds(method: HttpMethod, route: Route, outcome: Outcome) -> Histogram;
    /// }
    ///
    /// # fn main() {
    /// let families = HttpFamilies {
    ///     requests_total: families::requests_total,
    ///     request_duration_seconds: families::request_duration_seconds,
    /// };
    /// let routes: Router = Router::new()
    ///     .route("/orders/{id}", get(|| async { "an order" }))
    ///     .layer(HttpLayer::with_families(&["/orders/{id}"], families));
    /// let series = r#"shop_http_requests_total{method="GET",route="/orders/{id}",outcome="answered"} 0"#;
    /// assert!(encode_text().contains(series));
    /// # }
    /// ```
    pub fn with_families(routes: &[&'static str], families: HttpFamilies<S>) -> Self {
        for route in routes.iter().chain([&UNMATCHED]) {
            // One series brings all of a route whose other labels are closed.
            let (route, status) = (Route(route), StatusCode::OK.into());
            (families.requests_total)(HttpMethod::Get, route, status);
            (families.request_duration_seconds)(HttpMethod::Get, route, status);
        }
        HttpLayer(families)
    }
}

const UNMATCHED: &str = "unmatched";

/// The routes of the application, which declares them itself.
static ROUTES: Interner = Interner::new(1_000);

impl<T, S: Copy> Layer<T> for HttpLayer<S> {
    type Service = HttpService<T, S>;

    fn layer(&self, service: T) -> Self::Service {
        HttpService { service, families: self.0 }
    }
}

/// The service that [`HttpLayer`] makes of another one.
#[derive(Debug, Clone)]
pub struct HttpService<T, S = HttpStatus> {
    service: T,
    families: HttpFamilies<S>,
}

impl<T, S, B, R> Service<Request<B>> for HttpService<T, S>
where
    T: Service<Request<B>, Response = Response<R>>,
    T::Future: Send + 'static,
    S: From<StatusCode> + Copy + Send + 'static,
{
    type Response = T::Response;
    type Error = T::Error;
    type Future = BoxFuture<'static, Result<T::Response, T::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), T::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, |path| ROUTES.get(path.as_str()));
        let recorder = Recorder {
            method: method(request.method()),
            route: Route(route),
            // Until there is an answer, and if there never is one.
            status: S::from(StatusCode::INTERNAL_SERVER_ERROR),
            start: clock::now(),
            families: self.families,
        };
        let answer = self.service.call(request);
        Box::pin(async move {
            // The whole of it, to be dropped with this future.
            let mut recorder = recorder;
            let answer = answer.await?;
            recorder.status = answer.status().into();
            Ok(answer)
        })
    }
}

/// Recorded when it is dropped, so also when its future is.
struct Recorder<S: Copy> {
    method: HttpMethod,
    route: Route,
    status: S,
    start: u64,
    families: HttpFamilies<S>,
}

impl<S: Copy> Drop for Recorder<S> {
    fn drop(&mut self) {
        let Recorder { method, route, status, start, families } = *self;
        (families.requests_total)(method, route, status).inc();
        (families.request_duration_seconds)(method, route, status).observe_ticks(clock::now().saturating_sub(start));
    }
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

impl From<StatusCode> for HttpStatus {
    fn from(status: StatusCode) -> Self {
        match status.as_u16() / 100 {
            1 => HttpStatus::Informational,
            2 => HttpStatus::Success,
            3 => HttpStatus::Redirection,
            4 => HttpStatus::ClientError,
            _ => HttpStatus::ServerError,
        }
    }
}

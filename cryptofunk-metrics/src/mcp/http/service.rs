//! The SDK's service with what stands around it: CORS, the check of host and origin, the token, places, bodies, and counting.

use std::{convert::Infallible, fmt, sync::Arc, task::Poll, time::Duration};

use axum::{
    BoxError, Router,
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{
        self, HeaderName, Method, StatusCode,
        header::{ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN, WWW_AUTHENTICATE},
    },
    middleware::map_response,
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt, future::BoxFuture};
use rmcp::{
    ServerHandler,
    transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService},
};
use tower::{Service, service_fn};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::{
    admit::{self, Admission},
    auth::{Guard, Resource},
    bodies::{self, Bodies},
    joined, refused,
    sessions::Sessions,
    settings::HttpSettings,
    stop::Stop,
};
use crate::{
    error::Error,
    exporter::origins,
    mcp::{origin::Stopping, server_metrics::ServerMetrics},
};

/// An MCP server as a tower service, for a router of yours: [`McpServer::into_service`](crate::McpServer::into_service).
#[derive(Clone)]
pub struct McpService {
    answer: Answer,
    /// The same with CORS.
    for_pages: Router,
    metadata: Router,
    stop: Stop,
}

impl McpService {
    /// See [`McpServer::into_service`](crate::McpServer::into_service).
    pub(in crate::mcp) async fn new<S: ServerHandler>(
        server: Arc<S>,
        metrics: &'static ServerMetrics,
        settings: HttpSettings,
    ) -> Result<Self, Error> {
        let stop = Stop::new(settings.drain);
        let sessions = Sessions::new(metrics, &settings);
        let open = (!settings.is_stateless).then(|| Arc::clone(sessions.open()));
        let bodies = Arc::new(Bodies::new(&settings, open));
        let admission = Arc::new(Admission::new(&settings, settings.limits(), stop.clone()));
        let sdk = StreamableHttpService::new(move || Ok(Arc::clone(&server)), sessions, config(&settings, &stop));
        let mut answer = answer(sdk, bodies, admission);
        if !settings.layers.is_empty() {
            answer = layered(answer, &settings.layers);
        }
        let resource = Resource::new(&settings);
        let guard = match settings.bearer {
            Some(file) => Some(Arc::new(Guard::new(file, resource.clone()).await?)),
            None => None,
        };
        let allowed = Arc::new(settings.allowed);
        let cors = cors(Arc::clone(&allowed));
        let answer = admitted(answer, allowed, guard, (metrics, stop.stopping().clone()));
        let for_pages = router(Arc::clone(&answer)).layer(cors.clone()).layer(map_response(no_cors_for_others));
        Ok(McpService { answer, for_pages, metadata: resource.routes().layer(cors), stop })
    }

    /// The routes of OAuth's metadata of the protected resource (RFC 9728). Merge them at the root of the host: they answer
    /// `/.well-known/oauth-protected-resource`, also with a path behind it.
    pub fn metadata_routes(&self) -> Router {
        self.metadata.clone()
    }

    /// Stops: calls have [`HttpSettings::drain_for`] to finish, and then sessions and streams end.
    ///
    /// A server that shuts down gracefully waits for open streams, so call this before or during its shutdown.
    pub async fn stop(&self) {
        self.stop.clone().run().await;
    }

    /// The longest time that [`stop`](Self::stop) takes.
    pub(super) fn patience(&self) -> Duration {
        self.stop.patience()
    }
}

impl<B> Service<http::Request<B>> for McpService
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let request = request.map(Body::new);
        match request.headers().contains_key(ORIGIN) {
            true => self.for_pages.call(request).boxed(),
            false => (self.answer)(request).map(Ok).boxed(),
        }
    }
}

impl fmt::Debug for McpService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpService").field("stop", &self.stop).finish_non_exhaustive()
    }
}

/// What answers a request.
type Answer = Arc<dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync>;

/// The SDK's service behind places and bodies.
fn answer<S: ServerHandler>(
    sdk: StreamableHttpService<Arc<S>, Sessions>,
    bodies: Arc<Bodies>,
    admission: Arc<Admission>,
) -> Answer {
    let sdk = Arc::new(sdk);
    Arc::new(move |request| {
        let (sdk, bodies, admission) = (Arc::clone(&sdk), Arc::clone(&bodies), Arc::clone(&admission));
        let ask = async move |request: Request| {
            let is_delete = request.method() == Method::DELETE;
            let response = sdk.handle(request).await.map(Body::new);
            if is_delete { end_of_session(response) } else { joined::join(response).await }
        };
        let read = async move |request| bodies::read(&bodies, request, ask).await;
        async move { admit::admit(&admission, request, read).await }.boxed()
    })
}

/// With the layers of the user around it.
fn layered(answer: Answer, layers: &[Arc<dyn Fn(Router) -> Router + Send + Sync>]) -> Answer {
    let routes = layers.iter().fold(router(answer), |routes, layer| layer(routes));
    Arc::new(move |request| routes.clone().call(request).map(|Ok(response)| response).boxed())
}

/// Counted, and for hosts, origins and tokens that may call.
fn admitted(
    answer: Answer,
    allowed: Arc<origins::Origins>,
    guard: Option<Arc<Guard>>,
    (metrics, stopping): (&'static ServerMetrics, Stopping),
) -> Answer {
    Arc::new(move |request| {
        let (answer, allowed, guard) = (Arc::clone(&answer), Arc::clone(&allowed), guard.clone());
        let check = async move |request: Request| {
            if let Some(refusal) = allowed.refusal(request.uri(), request.headers()) {
                return refusal.into_response();
            }
            if let Some(guard) = guard
                && let Some(refusal) = guard.refusal(request.headers()).await
            {
                return refusal;
            }
            answer(request).await
        };
        refused::count(metrics, stopping.clone(), request, check).boxed()
    })
}

fn router(answer: Answer) -> Router {
    Router::new().fallback_service(service_fn(move |request| answer(request).map(Ok::<_, Infallible>)))
}

/// Hosts, origins and sizes are checked before the SDK has the request.
fn config(settings: &HttpSettings, stop: &Stop) -> StreamableHttpServerConfig {
    let mut config = StreamableHttpServerConfig::default()
        .with_cancellation_token(stop.sessions().clone())
        .disable_allowed_hosts()
        .disable_allowed_origins()
        .with_max_request_body_bytes(settings.body_bytes)
        .with_sse_keep_alive(settings.sse_keep_alive)
        .with_sse_retry(settings.sse_retry)
        .with_legacy_session_mode(!settings.is_stateless)
        .with_json_response(settings.json_answers);
    config.session_store.clone_from(&settings.session_store);
    config
}

/// Lets web pages of allowed origins call, and read what MCP says in headers.
fn cors(allowed: Arc<origins::Origins>) -> CorsLayer {
    let exposed = ["mcp-session-id", "mcp-protocol-version"].map(HeaderName::from_static);
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| allowed.allows_origin(origin)))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        // MCP's headers, authorization, and one for each parameter that a tool marks.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed.into_iter().chain([WWW_AUTHENTICATE]).collect::<Vec<_>>())
        .max_age(Duration::from_secs(600))
}

/// Takes headers of CORS from answers that no page may read.
async fn no_cors_for_others(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        let cors: Vec<_> =
            headers.keys().filter(|name| name.as_str().starts_with("access-control-")).cloned().collect();
        for name in cors {
            headers.remove(name);
        }
    }
    response
}

/// Answers the end of a session with 204: the SDK answers 202, of which the Python SDK's client warns.
fn end_of_session(mut response: Response) -> Response {
    if response.status() == StatusCode::ACCEPTED {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    response
}

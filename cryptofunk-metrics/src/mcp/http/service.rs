//! The SDK's service with what stands around it: CORS, the check of host and origin, the token, places, bodies, and counting.

use std::{convert::Infallible, fmt, sync::Arc, task::Poll, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{
        HeaderName, Method, StatusCode,
        header::{ACCESS_CONTROL_ALLOW_ORIGIN, WWW_AUTHENTICATE},
    },
    middleware::{self, Next, map_response},
    response::Response,
    routing::future::RouteFuture,
};
use rmcp::{
    ServerHandler,
    transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService},
};
use tower::Service;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::{
    admit::{self, Admission},
    auth::{self, Guard, Resource},
    bodies::{self, Bodies},
    refused,
    sessions::Sessions,
    settings::HttpSettings,
    stop::Stop,
};
use crate::{error::Error, exporter::origins, mcp::server_metrics::ServerMetrics};

/// An MCP server as a tower service, for a router of yours: [`McpServer::into_service`](crate::McpServer::into_service).
#[derive(Clone)]
pub struct McpService {
    routes: Router,
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
        let config = config(&settings, &stop);
        let service = StreamableHttpService::new(move || Ok(Arc::clone(&server)), sessions, config);
        let mut routes = Router::new()
            .fallback_service(service)
            .layer(middleware::from_fn(end_of_session))
            .layer(middleware::from_fn_with_state(bodies, bodies::read))
            .layer(middleware::from_fn_with_state(admission, admit::admit));
        for layer in &settings.layers {
            routes = layer(routes);
        }
        let resource = Resource::new(&settings);
        if let Some(file) = settings.bearer {
            let guard = Arc::new(Guard::new(file, resource.clone()).await?);
            routes = routes.layer(middleware::from_fn_with_state(guard, auth::require));
        }
        let allowed = Arc::new(settings.allowed);
        let cors = cors(Arc::clone(&allowed));
        let routes = routes
            .layer(middleware::from_fn_with_state(allowed, origins::check))
            .layer(middleware::from_fn_with_state((metrics, stop.stopping().clone()), refused::count))
            .layer(cors.clone())
            .layer(map_response(no_cors_for_others));
        Ok(McpService { routes, metadata: resource.routes().layer(cors), stop })
    }

    /// The routes of the metadata of the protected resource (RFC 9728), which stand at the root of a host:
    /// `/.well-known/oauth-protected-resource`, also with a path behind it.
    pub fn metadata_routes(&self) -> Router {
        self.metadata.clone()
    }

    /// Lets calls finish for [`HttpSettings::drain_for`], cuts those that do not, and ends the sessions and their streams.
    ///
    /// A server of yours that shuts down gracefully waits for open streams, so call this before or meanwhile.
    pub async fn stop(&self) {
        self.stop.clone().run().await;
    }

    /// The longest time that [`stop`](Self::stop) takes.
    pub(super) fn patience(&self) -> Duration {
        self.stop.patience()
    }
}

impl Service<Request> for McpService {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, context: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        <Router as Service<Request<Body>>>::poll_ready(&mut self.routes, context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        self.routes.call(request)
    }
}

impl fmt::Debug for McpService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpService").field("stop", &self.stop).finish_non_exhaustive()
    }
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
async fn end_of_session(request: Request, next: Next) -> Response {
    let is_delete = request.method() == Method::DELETE;
    let mut response = next.run(request).await;
    if is_delete && response.status() == StatusCode::ACCEPTED {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    response
}

//! Where a request comes from: the transport, the version of the protocol, and the layer that saw its HTTP request.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use rmcp::{RoleServer, service::RequestContext};
use tokio_util::sync::CancellationToken;

use crate::conventions::mcp::{Method, ProtocolVersion, Transport};

/// Put into an HTTP request by the layer around the SDK, which so learns whether a handler has seen the request.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    is_seen: Arc<AtomicBool>,
    stopping: Stopping,
}

impl Seen {
    pub(super) fn new(stopping: Stopping) -> Self {
        Seen { is_seen: Arc::default(), stopping }
    }

    pub(super) fn is_seen(&self) -> bool {
        self.is_seen.load(Relaxed)
    }
}

/// Tells the calls of a server that it stops.
#[derive(Debug, Clone, Default)]
pub(super) struct Stopping {
    begun: CancellationToken,
    cut: CancellationToken,
}

impl Stopping {
    /// Calls may finish; subscriptions end.
    pub(super) fn begin(&self) {
        self.begun.cancel();
    }

    /// Calls end with an error.
    pub(super) fn cut(&self) {
        self.cut.cancel();
    }
}

/// What ends a call of this method when the server stops, if it is served here.
pub(super) fn stopping(context: &RequestContext<RoleServer>, method: Method) -> Option<CancellationToken> {
    let stopping = &parts(context)?.extensions.get::<Seen>()?.stopping;
    // It has no end of its own.
    let token = if method == Method::SubscriptionsListen { &stopping.begun } else { &stopping.cut };
    Some(token.clone())
}

/// Tells the layer that a handler has the request.
pub(super) fn see(context: &RequestContext<RoleServer>) {
    if let Some(seen) = parts(context).and_then(|parts| parts.extensions.get::<Seen>()) {
        seen.is_seen.store(true, Relaxed);
    }
}

/// Whether the request came through the layer around the SDK.
pub(super) fn is_served_here(context: &RequestContext<RoleServer>) -> bool {
    parts(context).is_some_and(|parts| parts.extensions.get::<Seen>().is_some())
}

/// How the request came.
pub(super) fn transport(context: &RequestContext<RoleServer>) -> Transport {
    if parts(context).is_some() { Transport::Http } else { Transport::Stdio }
}

/// The version of the protocol that the request has.
pub(super) fn version(context: &RequestContext<RoleServer>) -> ProtocolVersion {
    context.protocol_version().map_or(ProtocolVersion::Other, |version| ProtocolVersion::from_name(version.as_str()))
}

fn parts(context: &RequestContext<RoleServer>) -> Option<&axum::http::request::Parts> {
    context.extensions.get()
}

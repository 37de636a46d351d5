//! Where a request comes from: the transport, the version of the protocol, and the layer that saw its HTTP request.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use rmcp::{RoleServer, service::RequestContext};

use crate::conventions::mcp::{ProtocolVersion, Transport};

/// Put into an HTTP request by the layer around the SDK, which so learns whether a handler has seen the request.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen(Arc<AtomicBool>);

impl Seen {
    pub(super) fn is_seen(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// Tells the layer that a handler has the request.
pub(super) fn see(context: &RequestContext<RoleServer>) {
    if let Some(seen) = parts(context).and_then(|parts| parts.extensions.get::<Seen>()) {
        seen.0.store(true, Relaxed);
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

//! MCP servers that are linked into the program. The SDK tells nobody that it serves one, and their series must exist before the first
//! request: a process without an exporter may serve any of them, a process with one says which.

use std::sync::{
    Once,
    atomic::{AtomicBool, Ordering::Relaxed},
};

/// A server that `#[mcp_server]` made.
#[doc(hidden)]
#[derive(Debug)]
pub struct LinkedServer {
    pub name: &'static str,
    /// Makes the series that it has from its start.
    pub expose: fn(),
}

inventory::collect!(LinkedServer);

/// Whether the process has an exporter.
static IS_EXPORTED: AtomicBool = AtomicBool::new(false);

/// The process has an exporter for this component, and so serves this one if it is a server.
pub(crate) fn exported(component: &str) {
    IS_EXPORTED.store(true, Relaxed);
    inventory::iter::<LinkedServer>().filter(|server| server.name == component).for_each(|server| (server.expose)());
}

/// Makes the series of every server, unless the process has said which it serves.
pub(crate) fn expose() {
    static SERVERS: Once = Once::new();
    if !IS_EXPORTED.load(Relaxed) {
        SERVERS.call_once(|| inventory::iter::<LinkedServer>().for_each(|server| (server.expose)()));
    }
}

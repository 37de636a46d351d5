//! The components of a run.

use std::net::SocketAddr;

use cryptofunk_metrics::descriptor::ComponentDescriptor;

/// A component of this run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) component: ComponentDescriptor,
    pub(super) address: SocketAddr,
}

impl Member {
    /// An address of it.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

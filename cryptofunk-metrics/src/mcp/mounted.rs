//! Sessions of servers that something else than this library serves: the SDK's own `serve`, or its HTTP service in somebody's router.

use std::sync::{Mutex, Once, PoisonError};

use rmcp::{RoleServer, service::Peer};
use tokio_util::sync::CancellationToken;

use super::server_metrics::Session;
use crate::{registry, task};

/// The sessions that are open.
static OPEN: Mutex<Vec<Mounted>> = Mutex::new(Vec::new());

struct Mounted {
    /// Dropped to record the end.
    _session: Session,
    peer: Peer<RoleServer>,
    /// The SDK gives `initialize` the token of the whole session, which is cancelled when what runs the session is dropped.
    ended: CancellationToken,
}

impl Mounted {
    fn is_over(&self) -> bool {
        self.ended.is_cancelled() || self.peer.is_transport_closed()
    }
}

/// A client has opened a session.
pub(super) fn opened(session: Session, peer: Peer<RoleServer>, ended: CancellationToken) {
    static BEFORE_SCRAPE: Once = Once::new();
    // For an application that keeps what ran the session, though the client is gone.
    BEFORE_SCRAPE.call_once(|| registry::before_scrape(end_those_over));
    open().push(Mounted { _session: session, peer, ended: ended.clone() });
    task::spawn(async move {
        ended.cancelled().await;
        end_those_over();
    });
}

/// Records the end of sessions that are over.
pub(super) fn end_those_over() {
    // Within the lock: whoever asks meanwhile, such as a scrape, goes on when they are recorded.
    open().retain(|session| !session.is_over());
}

fn open() -> std::sync::MutexGuard<'static, Vec<Mounted>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

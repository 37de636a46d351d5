//! The sessions of streamable HTTP, counted and timed: a session manager around the SDK's own.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use futures_util::{Stream, StreamExt};
use rmcp::{
    model::{
        ClientJsonRpcMessage, ClientNotification, ClientRequest, JsonRpcMessage, RequestId, ServerJsonRpcMessage,
        ServerResult,
    },
    transport::streamable_http_server::session::{
        EventStore, RestoreOutcome, ServerSseMessage, SessionId, SessionManager, local::LocalSessionManager,
    },
};

use tokio::time::MissedTickBehavior;

use super::{
    open::{OpenSessions, Using},
    pending::{Connection, Pending},
    settings::HttpSettings,
};
use crate::{
    conventions::mcp::{ProtocolVersion, Transport},
    heap,
    mcp::server_metrics::ServerMetrics,
    task,
};

/// The SDK's sessions, with what is recorded of each.
pub(super) struct Sessions {
    inner: Arc<LocalSessionManager>,
    pending: Arc<Pending>,
    metrics: &'static ServerMetrics,
    open: Arc<OpenSessions>,
}

type Error = <LocalSessionManager as SessionManager>::Error;

impl Sessions {
    /// Needs a runtime, on which idle sessions are ended.
    pub(super) fn new(metrics: &'static ServerMetrics, settings: &HttpSettings) -> Arc<Self> {
        let mut inner = LocalSessionManager::default();
        // It would end sessions whose stream is open, or whose call runs, when nothing was sent for so long.
        inner.session_config.keep_alive = None;
        inner.session_config.sse_retry = settings.sse_retry;
        let inner = Arc::new(inner);
        let pending = Arc::new(Pending::new(Arc::clone(&inner), settings.patience));
        let open = Arc::new(OpenSessions::new(settings.sessions));
        let sessions = Arc::new(Sessions { inner, pending, metrics, open });
        task::spawn(end_idle(Arc::downgrade(&sessions), settings.session_idle));
        sessions
    }

    /// The sessions that are open.
    pub(super) fn open(&self) -> &Arc<OpenSessions> {
        &self.open
    }

    async fn end(&self, ids: Vec<SessionId>) {
        for id in ids {
            tracing::debug!(session = &*id, "an idle session ends");
            // It fails if the session has ended meanwhile.
            let _ = self.close_session(&id).await;
        }
    }
}

/// So many sessions that have ended leave memory that is worth giving back.
const MANY: usize = 256;

/// Ends sessions that nobody has used for this long.
async fn end_idle(sessions: Weak<Sessions>, idle: Duration) {
    let mut ticks = tokio::time::interval((idle / 8).clamp(Duration::from_millis(50), Duration::from_secs(10)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let Some(room) = sessions.upgrade().map(|sessions| Arc::clone(&sessions.open)) else { return };
    let mut most = 0;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = room.wanted() => {}
        }
        let Some(sessions) = sessions.upgrade() else { return };
        let waits = |id: &SessionId| sessions.pending.waits(id);
        let over = sessions.open.idle(idle, waits);
        let is_quiet = over.is_empty();
        sessions.end(over).await;
        drop(sessions);
        let open = room.count();
        most = most.max(open);
        // A tick after the last session has ended: its tasks have ended too.
        if is_quiet && most - open >= MANY {
            most = open;
            // It does not fail.
            let _ = task::spawn_blocking(heap::trim).await;
        }
    }
}

impl SessionManager for Sessions {
    type Error = Error;
    type Transport = <LocalSessionManager as SessionManager>::Transport;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Error> {
        let created = self.inner.create_session().await?;
        self.open.add(&created.0);
        Ok(created)
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Error> {
        let asked = asked_version(&message);
        let answer = self.inner.initialize_session(id, message).await?;
        if let Some(asked) = asked {
            let version = agreed_version(&answer).unwrap_or(asked);
            self.open.opened(id, self.metrics.session_opened(Transport::Http, version));
        }
        Ok(answer)
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Error> {
        self.inner.has_session(id).await
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), Error> {
        self.pending.cancel_all(id).await;
        self.open.remove(id);
        self.inner.close_session(id).await
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Error> {
        // Before the SDK has the request: the client may go away meanwhile.
        let connection = match &message {
            JsonRpcMessage::Request(request) => Some(self.pending.arrived(id, request.id.clone())),
            _ => None,
        };
        let using = self.open.using(id);
        let events = self.inner.create_stream(id, message).await?;
        Ok(watched((connection, using), events))
    }

    async fn accept_message(&self, id: &SessionId, message: ClientJsonRpcMessage) -> Result<(), Error> {
        self.open.touch(id);
        if let Some(request) = cancelled_request(&message) {
            self.pending.cancelled(id, request);
        }
        self.inner.accept_message(id, message).await
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Error> {
        let using = self.open.using(id);
        Ok(watched((None, using), self.inner.create_standalone_stream(id).await?))
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Error> {
        let connection = self.pending.resumed(id, &last_event_id);
        let using = self.open.using(id);
        Ok(watched((connection, using), self.inner.resume(id, last_event_id).await?))
    }

    async fn restore_session(&self, id: SessionId) -> Result<RestoreOutcome<Self::Transport>, Error> {
        // As if it were not known: its client opens another when there is a place.
        if self.open.is_full() {
            return Ok(RestoreOutcome::NotSupported);
        }
        let restored = self.inner.restore_session(Arc::clone(&id)).await?;
        if let RestoreOutcome::Restored(_) = restored {
            self.open.add(&id);
        }
        Ok(restored)
    }

    fn event_store(&self) -> Option<Arc<dyn EventStore>> {
        self.inner.event_store()
    }
}

/// Watches what is sent on a connection, if an answer is due on it, while it uses its session.
fn watched<S: Stream<Item = ServerSseMessage>>(
    (connection, using): (Option<Connection>, Option<Using>),
    events: S,
) -> impl Stream<Item = ServerSseMessage> + use<S> {
    events.map(move |event| {
        let _used = &using;
        if let Some(connection) = &connection {
            connection.sent(&event);
        }
        event
    })
}

/// The request that a client cancels.
fn cancelled_request(message: &ClientJsonRpcMessage) -> Option<&RequestId> {
    match message {
        JsonRpcMessage::Notification(notification) => match &notification.notification {
            ClientNotification::CancelledNotification(cancelled) => cancelled.params.request_id.as_ref(),
            _ => None,
        },
        _ => None,
    }
}

/// The version that a client asks for when it opens a session.
fn asked_version(message: &ClientJsonRpcMessage) -> Option<ProtocolVersion> {
    match message {
        JsonRpcMessage::Request(request) => match &request.request {
            ClientRequest::InitializeRequest(request) => {
                Some(ProtocolVersion::from_name(request.params.protocol_version.as_str()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The version that the server agreed to.
fn agreed_version(answer: &ServerJsonRpcMessage) -> Option<ProtocolVersion> {
    match answer {
        JsonRpcMessage::Response(response) => match &response.result {
            ServerResult::InitializeResult(result) => {
                Some(ProtocolVersion::from_name(result.protocol_version.as_str()))
            }
            _ => None,
        },
        _ => None,
    }
}

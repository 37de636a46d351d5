//! The sessions of streamable HTTP, counted and timed: a session manager around the SDK's own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
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

use super::pending::{Connection, Pending};
use crate::{
    conventions::mcp::{ProtocolVersion, Transport},
    mcp::server_metrics::{ServerMetrics, Session},
};

/// The SDK's sessions, with what is recorded of each.
pub(super) struct Sessions {
    inner: Arc<LocalSessionManager>,
    pending: Arc<Pending>,
    metrics: &'static ServerMetrics,
    open: Mutex<HashMap<SessionId, Session>>,
}

type Error = <LocalSessionManager as SessionManager>::Error;

impl Sessions {
    /// A client whose connection broke has `patience` to come back for its answers.
    pub(super) fn new(metrics: &'static ServerMetrics, patience: Duration) -> Self {
        let inner = Arc::<LocalSessionManager>::default();
        let pending = Arc::new(Pending::new(Arc::clone(&inner), patience));
        Sessions { inner, pending, metrics, open: Mutex::default() }
    }

    fn opened(&self, id: &SessionId, version: ProtocolVersion) {
        let session = self.metrics.session_opened(Transport::Http, version);
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(id), session);
    }

    fn closed(&self, id: &SessionId) {
        // Its duration is recorded when it is dropped.
        let session = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        drop(session);
    }
}

impl SessionManager for Sessions {
    type Error = Error;
    type Transport = <LocalSessionManager as SessionManager>::Transport;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Error> {
        self.inner.create_session().await
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Error> {
        let asked = asked_version(&message);
        let answer = self.inner.initialize_session(id, message).await?;
        if let Some(asked) = asked {
            self.opened(id, agreed_version(&answer).unwrap_or(asked));
        }
        Ok(answer)
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Error> {
        self.inner.has_session(id).await
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), Error> {
        self.pending.cancel_all(id).await;
        self.closed(id);
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
        Ok(watched(connection, self.inner.create_stream(id, message).await?))
    }

    async fn accept_message(&self, id: &SessionId, message: ClientJsonRpcMessage) -> Result<(), Error> {
        if let Some(request) = cancelled_request(&message) {
            self.pending.cancelled(id, request);
        }
        self.inner.accept_message(id, message).await
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Error> {
        self.inner.create_standalone_stream(id).await
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Error> {
        let connection = self.pending.resumed(id, &last_event_id);
        Ok(watched(connection, self.inner.resume(id, last_event_id).await?))
    }

    async fn restore_session(&self, id: SessionId) -> Result<RestoreOutcome<Self::Transport>, Error> {
        self.inner.restore_session(id).await
    }

    fn event_store(&self) -> Option<Arc<dyn EventStore>> {
        self.inner.event_store()
    }
}

fn watched<S: Stream<Item = ServerSseMessage>>(
    connection: Option<Connection>,
    events: S,
) -> impl Stream<Item = ServerSseMessage> + use<S> {
    match connection {
        Some(connection) => connection.watch(events).left_stream(),
        None => events.right_stream(),
    }
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

//! The requests of an HTTP session that have no answer yet, so that they are cancelled when their client goes away.
//!
//! The SDK lets the handlers of a session run to their end: a client may come back for an answer, with a GET and the header
//! `Last-Event-ID`. So a request whose connection broke is cancelled when its client has not come back for a while, and those of a
//! session that the client deletes are cancelled at once.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use rmcp::{
    model::{
        CancelledNotification, CancelledNotificationParam, ClientJsonRpcMessage, ClientNotification, JsonRpcMessage,
        RequestId,
    },
    transport::streamable_http_server::session::{
        ServerSseMessage, SessionId, SessionManager, local::LocalSessionManager,
    },
};
use tokio::sync::Notify;

use crate::task;

/// A request without an answer.
#[derive(Debug)]
pub(super) struct Request {
    session: SessionId,
    id: RequestId,
    /// The name of its stream in event ids, known from its first event on.
    stream: OnceLock<String>,
    /// Its client came back.
    resumed: Notify,
}

/// All requests without an answer.
#[derive(Debug)]
pub(super) struct Pending {
    manager: Arc<LocalSessionManager>,
    patience: Duration,
    requests: Mutex<Vec<Arc<Request>>>,
}

impl Pending {
    /// None yet; a client has this long to come back.
    pub(super) fn new(manager: Arc<LocalSessionManager>, patience: Duration) -> Self {
        Pending { manager, patience, requests: Mutex::default() }
    }

    /// A request arrives. Its connection is watched as long as the result lives.
    pub(super) fn arrived(self: &Arc<Self>, session: &SessionId, id: RequestId) -> Connection {
        let request =
            Arc::new(Request { session: Arc::clone(session), id, stream: OnceLock::new(), resumed: Notify::new() });
        self.requests().push(Arc::clone(&request));
        Connection { pending: Arc::clone(self), request }
    }

    /// The client comes back for what follows this event.
    pub(super) fn resumed(self: &Arc<Self>, session: &SessionId, last_event: &str) -> Option<Connection> {
        let stream = stream_of(last_event)?;
        let is_meant = |request: &&Arc<Request>| {
            request.session == *session && request.stream.get().is_some_and(|name| name == stream)
        };
        let request = self.requests().iter().find(is_meant).cloned()?;
        request.resumed.notify_one();
        Some(Connection { pending: Arc::clone(self), request })
    }

    /// The client itself cancels a request.
    pub(super) fn cancelled(&self, session: &SessionId, id: &RequestId) {
        self.requests().retain(|request| request.session != *session || request.id != *id);
    }

    /// Whether a session has a request without an answer.
    pub(super) fn waits(&self, session: &SessionId) -> bool {
        self.requests().iter().any(|request| request.session == *session)
    }

    /// Cancels every request of a session, which its client has deleted.
    pub(super) async fn cancel_all(&self, session: &SessionId) {
        let ended: Vec<_> = self.requests().extract_if(.., |request| request.session == *session).collect();
        for request in ended {
            self.cancel(&request).await;
        }
    }

    /// Tells the SDK what a client would tell it that cancels the request.
    async fn cancel(&self, request: &Request) {
        let reason = "the client went away".to_owned();
        let params = CancelledNotificationParam::new(Some(request.id.clone()), Some(reason));
        let notification = ClientNotification::CancelledNotification(CancelledNotification::new(params));
        // It fails if the session has ended, and its requests with it.
        let _ = self.manager.accept_message(&request.session, ClientJsonRpcMessage::notification(notification)).await;
    }

    /// Removes a request; whether it was there.
    fn remove(&self, request: &Arc<Request>) -> bool {
        let mut requests = self.requests();
        let place = requests.iter().position(|other| Arc::ptr_eq(other, request));
        place.map(|place| requests.swap_remove(place)).is_some()
    }

    fn has(&self, request: &Arc<Request>) -> bool {
        self.requests().iter().any(|other| Arc::ptr_eq(other, request))
    }

    fn requests(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Request>>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that waits for the answer to a request; dropped without one, it is broken.
#[derive(Debug)]
pub(super) struct Connection {
    pending: Arc<Pending>,
    request: Arc<Request>,
}

impl Connection {
    /// Looks at what is sent: the answer ends the request.
    pub(super) fn sent(&self, event: &ServerSseMessage) {
        if let Some(stream) = event.event_id.as_deref().and_then(stream_of) {
            // Each event of the stream says the same.
            let _ = self.request.stream.set(stream.to_owned());
        }
        let is_answer = |message: &_| matches!(message, JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_));
        if event.message.as_deref().is_some_and(is_answer) {
            self.pending.remove(&self.request);
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if !self.pending.has(&self.request) {
            return;
        }
        let (pending, request) = (Arc::clone(&self.pending), Arc::clone(&self.request));
        // Without a runtime the process ends, and the session with it.
        if tokio::runtime::Handle::try_current().is_err() {
            return;
        }
        task::spawn(async move {
            tokio::select! {
                biased;
                () = request.resumed.notified() => {}
                () = tokio::time::sleep(pending.patience) => {
                    if pending.remove(&request) {
                        pending.cancel(&request).await;
                    }
                }
            }
        });
    }
}

/// The stream in an event id, which is `index/stream`.
fn stream_of(event: &str) -> Option<&str> {
    event.split_once('/').map(|(_, stream)| stream)
}

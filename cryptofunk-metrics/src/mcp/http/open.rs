//! The sessions that are open: how many, since when each is idle, and which may make room.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rmcp::transport::streamable_http_server::session::SessionId;
use tokio::sync::Notify;

use crate::mcp::server_metrics::Session;

/// How long a client has to use the session that it has opened, when others want its place.
const LEFT: Duration = Duration::from_secs(10);
/// How long a new session waits for one that makes room.
const ROOM_WITHIN: Duration = Duration::from_secs(1);

/// The open sessions.
pub(super) struct OpenSessions {
    limit: usize,
    state: Mutex<State>,
    wanted: Notify,
    removed: Notify,
}

#[derive(Default)]
struct State {
    sessions: HashMap<SessionId, Open>,
    /// Sessions that are about to be opened.
    reserved: usize,
}

struct Open {
    /// Its duration is recorded when it is dropped.
    recorded: Option<Session>,
    last_used: Instant,
    /// Connections that wait for a message.
    connections: usize,
    /// Its client has sent a request, or opened a stream.
    is_used: bool,
}

impl OpenSessions {
    pub(super) fn new(limit: usize) -> Self {
        OpenSessions { limit, state: Mutex::default(), wanted: Notify::new(), removed: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reserves a place for a session, until it is dropped. Sessions that were opened and left make room.
    pub(super) async fn reserve(self: &Arc<Self>) -> Option<Reserved> {
        if let Some(reserved) = self.try_reserve() {
            return Some(reserved);
        }
        if !self.state().sessions.values().any(|open| open.is_left()) {
            return None;
        }
        let room = async {
            loop {
                let removed = self.removed.notified();
                self.wanted.notify_one();
                if let Some(reserved) = self.try_reserve() {
                    return reserved;
                }
                removed.await;
            }
        };
        tokio::time::timeout(ROOM_WITHIN, room).await.ok()
    }

    fn try_reserve(self: &Arc<Self>) -> Option<Reserved> {
        let mut state = self.state();
        if state.count() >= self.limit {
            return None;
        }
        state.reserved += 1;
        Some(Reserved(Arc::clone(self)))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.state().count()
    }

    /// Whether there is no place for one more.
    pub(super) fn is_full(&self) -> bool {
        self.state().count() >= self.limit
    }

    /// Completes when there is no place for a new session.
    pub(super) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// A session that has no client yet.
    pub(super) fn add(&self, id: &SessionId) {
        let open = Open { recorded: None, last_used: Instant::now(), connections: 0, is_used: false };
        self.state().sessions.insert(Arc::clone(id), open);
    }

    /// A client has opened the session.
    pub(super) fn opened(&self, id: &SessionId, session: Session) {
        if let Some(open) = self.state().sessions.get_mut(id) {
            open.recorded = Some(session);
        }
    }

    /// The session has ended.
    pub(super) fn remove(&self, id: &SessionId) {
        let removed = self.state().sessions.remove(id);
        drop(removed);
        self.removed.notify_one();
    }

    /// A message has come.
    pub(super) fn touch(&self, id: &SessionId) {
        if let Some(open) = self.state().sessions.get_mut(id) {
            open.last_used = Instant::now();
        }
    }

    /// A connection waits for messages of the session until the result is dropped.
    pub(super) fn using(self: &Arc<Self>, id: &SessionId) -> Option<Using> {
        let mut state = self.state();
        let open = state.sessions.get_mut(id)?;
        open.connections += 1;
        open.is_used = true;
        Some(Using { sessions: Arc::clone(self), id: Arc::clone(id) })
    }

    /// Sessions that nobody has used for this long. If there is no place left, also those that were opened and left.
    pub(super) fn idle(&self, idle: Duration, waits: impl Fn(&SessionId) -> bool) -> Vec<SessionId> {
        let state = self.state();
        let is_full = state.count() >= self.limit;
        let over = state.sessions.iter().filter(|(_, open)| {
            open.connections == 0 && (open.last_used.elapsed() >= idle || (is_full && open.is_left()))
        });
        let over: Vec<SessionId> = over.map(|(id, _)| Arc::clone(id)).collect();
        drop(state);
        over.into_iter().filter(|id| !waits(id)).collect()
    }
}

impl State {
    fn count(&self) -> usize {
        self.sessions.len() + self.reserved
    }
}

impl Open {
    fn is_left(&self) -> bool {
        !self.is_used && self.last_used.elapsed() >= LEFT
    }
}

/// The place of a session that is about to be opened.
pub(super) struct Reserved(Arc<OpenSessions>);

impl Drop for Reserved {
    fn drop(&mut self) {
        self.0.state().reserved -= 1;
    }
}

/// A connection that waits for messages of a session.
pub(super) struct Using {
    sessions: Arc<OpenSessions>,
    id: SessionId,
}

impl Drop for Using {
    fn drop(&mut self) {
        if let Some(open) = self.sessions.state().sessions.get_mut(&self.id) {
            open.connections -= 1;
            open.last_used = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never(_: &SessionId) -> bool {
        false
    }

    #[tokio::test]
    async fn reserved_places_count() {
        let sessions = Arc::new(OpenSessions::new(2));
        sessions.add(&"a".into());
        let reserved = sessions.reserve().await.expect("a place");
        assert!(sessions.reserve().await.is_none(), "nobody has left");
        drop(reserved);
        assert!(sessions.reserve().await.is_some());
    }

    #[test]
    fn a_session_in_use_is_not_idle() {
        let sessions = Arc::new(OpenSessions::new(2));
        let id: SessionId = "a".into();
        sessions.add(&id);
        let using = sessions.using(&id).expect("it is open");
        assert!(sessions.idle(Duration::ZERO, never).is_empty());
        drop(using);
        assert_eq!(sessions.idle(Duration::ZERO, never), [Arc::clone(&id)]);
        assert!(sessions.idle(Duration::ZERO, |_| true).is_empty(), "a call runs");
        sessions.remove(&id);
        assert!(sessions.using(&id).is_none() && sessions.idle(Duration::ZERO, never).is_empty());
    }
}

//! Places for connections: limited in number. When all are taken, the connection that is idle longest makes room for a new one, so that no
//! number of idle ones keeps a scrape out.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The places of a listener.
#[derive(Debug)]
pub(super) struct Places {
    limit: usize,
    taken: Mutex<Taken>,
    /// A place became free, or a connection idle.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    count: usize,
    /// The last number that a connection got when it became idle.
    last: u64,
    /// Connections that may make room, those on which nothing has happened for longest first.
    idle: BTreeMap<u64, CancellationToken>,
}

impl Places {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Places { limit: limit.max(1), taken: Mutex::default(), changed: Notify::new() })
    }

    /// A place for a new connection, which has no request yet. Waits while every connection has one.
    pub(super) async fn enter(self: &Arc<Self>) -> Arc<Place> {
        loop {
            let changed = self.changed.notified();
            if let Some(place) = self.try_enter() {
                return Arc::new(place);
            }
            changed.await;
        }
    }

    fn try_enter(self: &Arc<Self>) -> Option<Place> {
        let mut taken = self.taken();
        if taken.count >= self.limit && !taken.evict() {
            return None;
        }
        taken.count += 1;
        let evicted = CancellationToken::new();
        let number = taken.add_idle(&evicted);
        Some(Place {
            places: Arc::clone(self),
            evicted,
            number: Mutex::new(Some(number)),
            requests: AtomicUsize::new(0),
        })
    }

    /// Closes the connection that is idle longest; whether there is one.
    pub(super) fn make_room(&self) -> bool {
        self.taken().evict()
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn evict(&mut self) -> bool {
        let Some((_, connection)) = self.idle.pop_first() else { return false };
        connection.cancel();
        self.count -= 1;
        true
    }

    fn add_idle(&mut self, connection: &CancellationToken) -> u64 {
        self.last += 1;
        self.idle.insert(self.last, connection.clone());
        self.last
    }
}

/// The place of a connection.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    evicted: CancellationToken,
    /// Its number among those that may make room.
    number: Mutex<Option<u64>>,
    /// Requests that are open.
    requests: AtomicUsize,
}

impl Place {
    /// Completes when the connection has to make room for another one.
    pub(super) async fn evicted(&self) {
        self.evicted.cancelled().await;
    }

    /// A request begins. It ends when the result is dropped. Until then the connection keeps its place, unless the request is one that
    /// `makes_room`.
    pub(super) fn busy(self: &Arc<Self>, makes_room: bool) -> Busy {
        self.moved(makes_room);
        self.requests.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Whether a request is open.
    pub(super) fn is_busy(&self) -> bool {
        self.requests.load(Ordering::Relaxed) > 0
    }

    /// Something has happened, after which the connection may make room or not.
    fn moved(&self, makes_room: bool) {
        let mut taken = self.places.taken();
        let mut number = self.number.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = number.take() {
            taken.idle.remove(&number);
        }
        if makes_room && !self.evicted.is_cancelled() {
            *number = Some(taken.add_idle(&self.evicted));
            self.places.changed.notify_one();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.moved(false);
        let mut taken = self.places.taken();
        // One that was evicted has given its place away.
        if !self.evicted.is_cancelled() {
            taken.count -= 1;
            self.places.changed.notify_one();
        }
    }
}

/// A connection with a request.
#[derive(Debug)]
pub(super) struct Busy(Arc<Place>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
        self.0.moved(true);
    }
}

/// A body that keeps something until it is sent or given up.
pub(crate) struct Keeping<T> {
    body: Body,
    _kept: T,
}

impl<T: Send + Unpin + 'static> Keeping<T> {
    pub(crate) fn body(body: Body, kept: T) -> Body {
        Body::new(Keeping { body, _kept: kept })
    }
}

impl<T: Unpin> HttpBody for Keeping<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connection_that_is_idle_longest_makes_room() {
        let places = Places::new(2);
        let first = Arc::new(places.try_enter().expect("a place"));
        let second = Arc::new(places.try_enter().expect("a place"));
        // The first has had a request since.
        drop(first.busy(false));
        let third = Arc::new(places.try_enter().expect("the second makes room"));
        assert!(second.evicted.is_cancelled() && !first.evicted.is_cancelled());
        let (_one, _other) = (first.busy(false), third.busy(false));
        assert!(places.try_enter().is_none(), "both have requests");
        drop(second);
        assert!(places.try_enter().is_none(), "what made room has no place to give");
        drop((first, _one));
        assert!(places.try_enter().is_some());
    }

    #[tokio::test]
    async fn one_waits_while_all_have_requests() {
        let places = Places::new(1);
        let place = places.enter().await;
        let busy = place.busy(false);
        let mut next = std::pin::pin!(places.enter());
        assert!(futures_util::poll!(&mut next).is_pending());
        drop(busy);
        next.await;
        place.evicted().await;
    }
}

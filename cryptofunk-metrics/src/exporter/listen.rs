//! Connections: bound first, limited in number, size and patience, and closed in good order.

use std::{convert::Infallible, fmt::Debug, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, http::Request};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{HttpService, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream, ToSocketAddrs, lookup_host},
    task::JoinHandle,
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{
    announce::announce,
    half_closed::HalfClosed,
    places::{Keeping, Place, Places},
    presence::Presence,
    shutdown::shutdown_signal,
};
use crate::{error::Error, process, task};

/// How long a client may leave an answer unread.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);
/// The size of a request's head; more is answered with 431.
const HEADER_BYTES: usize = 16 * 1024;
/// How many ports are tried before any free one is taken.
#[cfg(feature = "mcp")]
const NEIGHBOURS: u16 = 100;
/// How long open requests may go on after the shutdown.
const FAREWELL: Duration = Duration::from_secs(5);

/// Connections that wait to be accepted. More than that at once, and a client tries again after a second.
const BACKLOG: u32 = 4096;
/// File descriptors that connections leave to the rest of the process.
const OTHER_FILES: usize = 128;

/// What a listener bears.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at a time. One more, and the one that is idle longest is closed.
    pub(crate) connections: usize,
    /// How long a request's head may take, and a connection stay idle.
    pub(crate) head_within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { connections: 4096, head_within: Duration::from_secs(30) }
    }
}

impl Limits {
    /// The connections that the process has file descriptors for.
    pub(crate) fn connections(self) -> usize {
        let files = process::max_files().map_or(usize::MAX, |files| files.saturating_sub(OTHER_FILES).max(32));
        self.connections.min(files)
    }
}

/// A server that listens and does not answer yet: [`run`](Self::run), [`run_until`](Self::run_until) or [`spawn`](Self::spawn) make it
/// answer.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    limits: Limits,
    presence: Option<Presence>,
}

impl Bound {
    pub(crate) async fn new(
        address: impl ToSocketAddrs + Debug,
        change: Option<&'static str>,
        router: Router,
    ) -> Result<Self, Error> {
        let wanted = format!("{address:?}").replace('"', "");
        let listen = async {
            let listener = listen(address).await?;
            let address = listener.local_addr()?;
            Ok::<_, io::Error>((listener, address))
        };
        match listen.await {
            Ok((listener, address)) => {
                Ok(Bound { listener, address, router, limits: Limits::default(), presence: None })
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                Err(Error::AddressInUse { address: wanted, change: change.unwrap_or("METRICS_PORT") })
            }
            Err(source) => {
                let change = change.unwrap_or("METRICS_BIND or METRICS_PORT");
                Err(Error::Listen { address: wanted, change, source })
            }
        }
    }

    /// Listens on the first free port from that of `address` on, or on any free one if the next [`NEIGHBOURS`] are taken.
    #[cfg(feature = "mcp")]
    pub(super) async fn near(address: SocketAddr, change: Option<&'static str>, router: Router) -> Result<Self, Error> {
        let ports = (0..NEIGHBOURS).map_while(|step| address.port().checked_add(step));
        for port in ports.chain([0]) {
            match Bound::new(SocketAddr::new(address.ip(), port), change, router.clone()).await {
                Err(Error::AddressInUse { .. }) => {}
                bound => return bound,
            }
        }
        Bound::new(address, change, router).await
    }

    /// Tells others of the process while it answers.
    pub(super) fn present(self, presence: Presence) -> Self {
        Bound { presence: Some(presence), ..self }
    }

    /// The address. If port 0 was asked for, it has the port that was found.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the process is told to stop (Ctrl-C, `SIGTERM`). Prints the address to standard error, or logs it if the program has a
    /// `tracing` subscriber.
    ///
    /// # Errors
    ///
    /// If the process cannot receive these signals.
    pub async fn run(self) -> Result<(), Error> {
        let (told, mut signal) = (shutdown_signal(), Ok(()));
        if let Some(presence) = &self.presence {
            announce(presence.component, &format!("metrics on http://{}/metrics", self.address));
        }
        self.run_until(async { signal = told.await }).await;
        signal
    }

    /// Answers until `stop` completes. Open requests then have five seconds to finish.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        self.run_until_over(stop, std::future::ready(()), FAREWELL).await;
    }

    /// Answers on these routes too.
    #[cfg_attr(not(feature = "mcp"), allow(dead_code))]
    pub(crate) fn merge(mut self, routes: Router) -> Self {
        self.router = self.router.merge(routes);
        self
    }

    /// Answers within other limits.
    #[cfg_attr(not(feature = "mcp"), allow(dead_code))]
    pub(crate) fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Answers until `stop` completes; then runs `farewell` while open requests are finished, for at most this long.
    pub(crate) async fn run_until_over(
        self,
        stop: impl Future<Output = ()>,
        farewell: impl Future<Output = ()>,
        patience: Duration,
    ) {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.limits.head_within).max_buf_size(HEADER_BYTES);
        let graceful = GracefulShutdown::new();
        let places = Places::new(self.limits.connections());
        let mut stop = std::pin::pin!(stop);
        let mut present = self.presence.map(|presence| presence.start(Some(self.address)));
        loop {
            let (stream, place) = tokio::select! {
                accepted = accept(&self.listener, &places) => accepted,
                () = &mut stop => break,
            };
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(WRITE_PATIENCE));
            let stream = HalfClosed::new(Box::pin(stream), Arc::clone(&place));
            let service = service(self.router.clone(), Arc::clone(&place));
            let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
            task::spawn(async move {
                tokio::select! {
                    // An error here is the client's: it sent no HTTP, was too slow or went away.
                    ended = connection => if let Err(error) = ended {
                        tracing::debug!(%error, "connection closed");
                    },
                    () = place.evicted() => tracing::debug!("an idle connection made room for a new one"),
                }
            });
        }
        if let Some(present) = &mut present {
            present.leave().await;
        }
        drop(self.listener);
        let finished = tokio::time::timeout(patience, graceful.shutdown());
        let (finished, ()) = futures_util::future::join(finished, farewell).await;
        if finished.is_err() {
            tracing::warn!("some connections were still open {} s after the shutdown", patience.as_secs());
        }
        if let Some(present) = present {
            present.end(true).await;
        }
    }

    /// Answers on a task of its own, until [`Running::stop`].
    pub fn spawn(self) -> Running {
        let address = self.address;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = task::spawn(self.run_until(async move { stopped.cancelled().await }));
        Running { address, stop, task }
    }
}

/// Listens on the first address that can be listened on.
async fn listen(address: impl ToSocketAddrs) -> io::Result<TcpListener> {
    let mut failed = io::Error::new(io::ErrorKind::InvalidInput, "the name has no address");
    for address in lookup_host(address).await? {
        let listen = || {
            let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
            // A server that was stopped just now may leave connections behind.
            #[cfg(unix)]
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(BACKLOG)
        };
        match listen() {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// What a connection is served by; it has its place for a request until the answer is sent.
fn service(
    router: Router,
    place: Arc<Place>,
) -> impl HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send> {
    service_fn(move |request: Request<Incoming>| {
        // Nobody is sure that a scraper reads its answer; what else is asked for has limits of its own.
        let makes_room = matches!(request.uri().path(), "/metrics" | "/health" | "/");
        let (router, busy) = (router.clone(), place.busy(makes_room));
        async move {
            let response = router.oneshot(request.map(Body::new)).await?;
            Ok::<_, Infallible>(response.map(|body| Keeping::body(body, busy)))
        }
    })
}

async fn accept(listener: &TcpListener, places: &Arc<Places>) -> (TcpStream, Arc<Place>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Otherwise an answer waits for the client's delayed acknowledgment of its first part, 40 ms.
                let _ = stream.set_nodelay(true);
                return (stream, places.enter().await);
            }
            Err(error) => {
                // Out of file descriptors, say: an idle connection has one.
                tracing::warn!(%error, "cannot accept a connection");
                let pause = if places.make_room() { 5 } else { 100 };
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        }
    }
}

/// A server that answers on a task of its own; see [`Bound::spawn`].
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// The address.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops, once open requests have finished.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the exporter ended early");
        }
    }
}

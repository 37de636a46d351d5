//! Connections: bound first, limited in number, size and patience, and closed in good order.

use std::{fmt::Debug, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream, ToSocketAddrs},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinHandle,
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{presence::Presence, shutdown::shutdown_signal};
use crate::error::Error;

/// Connections at a time; more wait in the operating system's queue.
const CONNECTIONS: usize = 512;
/// How long a request's head may take, and a connection stay idle.
const HEADER_PATIENCE: Duration = Duration::from_secs(30);
/// How long a client may leave an answer unread.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);
/// The size of a request's head; more is answered with 431.
const HEADER_BYTES: usize = 16 * 1024;
/// How many ports are tried before any free one is taken.
#[cfg(feature = "mcp")]
const NEIGHBOURS: u16 = 100;
/// How long open requests may go on after the shutdown.
const FAREWELL: Duration = Duration::from_secs(5);

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    presence: Option<Presence>,
}

impl Bound {
    pub(super) async fn new(
        address: impl ToSocketAddrs + Debug,
        change: Option<&'static str>,
        router: Router,
    ) -> Result<Self, Error> {
        let wanted = format!("{address:?}").replace('"', "");
        let listen = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok::<_, io::Error>((listener, address))
        };
        match listen.await {
            Ok((listener, address)) => Ok(Bound { listener, address, router, presence: None }),
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

    /// The address, with the port that was found where 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the process is told to stop (Ctrl-C, `SIGTERM`).
    ///
    /// # Errors
    ///
    /// If the process cannot receive these signals.
    pub async fn run(self) -> Result<(), Error> {
        let (told, mut signal) = (shutdown_signal(), Ok(()));
        self.run_until(async { signal = told.await }).await;
        signal
    }

    /// Answers until `stop` completes; then finishes the requests that are open, for at most five seconds.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let service = self.router.map_request(|request: Request<Incoming>| request.map(Body::new));
        let service = TowerToHyperService::new(service);
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE).max_buf_size(HEADER_BYTES);
        let graceful = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut stop = std::pin::pin!(stop);
        let mut present = self.presence.map(|presence| presence.start(Some(self.address)));
        loop {
            let (stream, place) = tokio::select! {
                accepted = accept(&self.listener, &places) => accepted,
                () = &mut stop => break,
            };
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(WRITE_PATIENCE));
            let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service.clone());
            let connection = graceful.watch(connection);
            tokio::spawn(async move {
                // An error here is the client's: it sent no HTTP, was too slow or went away.
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "connection closed");
                }
                drop(place);
            });
        }
        if let Some(present) = &mut present {
            present.leave().await;
        }
        drop(self.listener);
        if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
            tracing::warn!("some connections were still open {} s after the shutdown", FAREWELL.as_secs());
        }
        if let Some(present) = present {
            present.end(true).await;
        }
    }

    /// Answers on a task of its own.
    pub fn spawn(self) -> Running {
        let address = self.address;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(self.run_until(async move { stopped.cancelled().await }));
        Running { address, stop, task }
    }
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    loop {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(places).acquire_owned().await else { std::future::pending().await };
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) => {
                // Out of file descriptors, say: nothing to do but to try again when some were closed.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// A server that answers.
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

    /// Stops answering, after the requests that are open.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the exporter ended early");
        }
    }
}

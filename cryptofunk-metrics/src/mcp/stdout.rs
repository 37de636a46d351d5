//! Standard output to a client that may not read.
//!
//! Tokio writes standard output on its blocking pool, and a runtime waits for that write when it shuts down: with a full pipe, the process
//! would stay until it is killed. A thread of our own is left behind. What it has not written yet is kept, so that a client that does not read
//! holds up neither the reading of its requests nor the sight of its end.

use std::{
    io::{self, Write},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;
use tokio::{
    io::AsyncWrite,
    sync::{Notify, mpsc},
};
use tokio_util::sync::CancellationToken;

/// How much is kept for a client that does not read, in bytes. More waits, as it would for a pipe.
const KEPT: usize = 64 * 1024 * 1024;

/// Writes standard output; there should be one of these.
pub(super) struct Stdout {
    chunks: mpsc::UnboundedSender<Vec<u8>>,
    state: Arc<State>,
}

/// What is left to be written, and whether it can be.
#[derive(Default)]
pub(super) struct State {
    unwritten: AtomicUsize,
    /// Who waits for room.
    waiting: AtomicWaker,
    /// Who waits until everything is written.
    progress: Notify,
    over: CancellationToken,
}

impl Stdout {
    pub(super) fn new() -> (Self, Arc<State>) {
        let (chunks, mut received) = mpsc::unbounded_channel::<Vec<u8>>();
        let state = Arc::<State>::default();
        let written = Arc::clone(&state);
        std::thread::spawn(move || {
            while let Some(chunk) = received.blocking_recv() {
                let mut output = io::stdout().lock();
                if let Err(error) = output.write_all(&chunk).and_then(|()| output.flush()) {
                    tracing::debug!(%error, "the client does not read any more");
                    return written.give_up();
                }
                drop(output);
                written.unwritten.fetch_sub(chunk.len(), SeqCst);
                written.waiting.wake();
                written.progress.notify_waiters();
            }
        });
        (Stdout { chunks, state: Arc::clone(&state) }, state)
    }
}

impl State {
    /// Fails what is written from now on.
    pub(super) fn give_up(&self) {
        self.over.cancel();
        self.waiting.wake();
        self.progress.notify_waiters();
    }

    /// Completes when nothing can be written any more.
    pub(super) async fn is_over(&self) {
        self.over.cancelled().await;
    }

    /// Completes when everything is written, or cannot be.
    pub(super) async fn is_written(&self) {
        loop {
            let progress = self.progress.notified();
            if self.unwritten.load(SeqCst) == 0 || self.over.is_cancelled() {
                return;
            }
            progress.await;
        }
    }
}

impl AsyncWrite for Stdout {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.state.waiting.register(cx.waker());
        if self.state.over.is_cancelled() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if self.state.unwritten.load(SeqCst) >= KEPT {
            return Poll::Pending;
        }
        self.state.unwritten.fetch_add(buf.len(), SeqCst);
        match self.chunks.send(buf.to_vec()) {
            Ok(()) => Poll::Ready(Ok(buf.len())),
            Err(_) => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// What is kept will be written: the transport waits for it when it closes.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

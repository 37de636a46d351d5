//! Standard input that does not hold up the end of the process.
//!
//! Tokio reads standard input on its blocking pool, and a runtime waits for that read when it shuts down: after Ctrl-C the
//! process would stay until the client writes once more. A thread of our own is simply left behind.

use std::{
    io::{self, Read},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, ReadBuf},
    sync::mpsc,
};

/// Reads standard input; there should be one of these.
pub(super) struct Stdin {
    chunks: mpsc::Receiver<io::Result<Vec<u8>>>,
    rest: Vec<u8>,
    position: usize,
}

impl Stdin {
    pub(super) fn new() -> Self {
        let (sender, chunks) = mpsc::channel(4);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            loop {
                let chunk = match io::stdin().lock().read(&mut buffer) {
                    Ok(0) => return,
                    Ok(n) => Ok(buffer[..n].to_vec()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let failed = chunk.is_err();
                if sender.blocking_send(chunk).is_err() || failed {
                    return;
                }
            }
        });
        Stdin { chunks, rest: Vec::new(), position: 0 }
    }
}

impl AsyncRead for Stdin {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.position == self.rest.len() {
            match std::task::ready!(self.chunks.poll_recv(cx)) {
                Some(Ok(chunk)) => (self.rest, self.position) = (chunk, 0),
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => return Poll::Ready(Ok(())),
            }
        }
        let n = buf.remaining().min(self.rest.len() - self.position);
        buf.put_slice(&self.rest[self.position..self.position + n]);
        self.position += n;
        Poll::Ready(Ok(()))
    }
}

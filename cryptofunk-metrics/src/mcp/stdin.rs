//! Standard input that does not hold up the end of the process, by lines of limited length.
//!
//! Tokio reads standard input on its blocking pool, and a runtime waits for that read when it shuts down: after Ctrl-C the
//! process would stay until the client writes once more. A thread of our own is simply left behind.

use std::{
    io::{self, BufRead, Read},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, ReadBuf},
    sync::mpsc,
};
use tokio_util::sync::CancellationToken;

use super::refused_line::{self, RefusedLine};

/// Reads standard input; there should be one of these.
pub(super) struct Stdin {
    lines: mpsc::Receiver<io::Result<Vec<u8>>>,
    rest: Vec<u8>,
    position: usize,
}

/// What the reader of standard input tells beside the lines.
pub(super) struct Signs {
    /// Requests that are not handed on, before what follows them.
    pub(super) refused: mpsc::UnboundedReceiver<RefusedLine>,
    /// Cancelled when standard input is read to its end.
    pub(super) ended: CancellationToken,
}

impl Stdin {
    /// Reads lines of at most `limit` bytes; longer ones, and malformed requests, are told as signs.
    pub(super) fn new(limit: usize) -> (Self, Signs) {
        let (sender, lines) = mpsc::channel(1);
        let (refuse, refused) = mpsc::unbounded_channel();
        let ended = CancellationToken::new();
        // Dropped when the thread ends, for whatever reason.
        let end = ended.clone().drop_guard();
        std::thread::spawn(move || {
            let _end = end;
            let mut input = io::BufReader::with_capacity(64 * 1024, io::stdin().lock());
            loop {
                let line = match read(&mut input, limit) {
                    Ok(Line::Read(line)) if line.is_empty() => return,
                    Ok(Line::Read(line)) => Ok(line),
                    Ok(Line::Refused(line)) => {
                        if refuse.send(line).is_err() {
                            return;
                        }
                        continue;
                    }
                    Err(error) => Err(error),
                };
                let failed = line.is_err();
                if sender.blocking_send(line).is_err() || failed {
                    return;
                }
            }
        });
        (Stdin { lines, rest: Vec::new(), position: 0 }, Signs { refused, ended })
    }
}

#[derive(Debug, PartialEq)]
enum Line {
    /// With its end, unless the input ended before; nothing is the end of the input.
    Read(Vec<u8>),
    Refused(RefusedLine),
}

/// Reads one line, and keeps no more than `limit` bytes of it.
fn read(input: &mut impl BufRead, limit: usize) -> io::Result<Line> {
    let mut line = Vec::new();
    input.by_ref().take(limit as u64).read_until(b'\n', &mut line)?;
    if line.len() < limit || line.last() == Some(&b'\n') {
        return Ok(match refused_line::malformed_request(&line) {
            Some(id) => Line::Refused(RefusedLine::NoMessage(id)),
            None => Line::Read(line),
        });
    }
    Ok(Line::Refused(refused_line::read(line, input)?))
}

impl AsyncRead for Stdin {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.position == self.rest.len() {
            match std::task::ready!(self.lines.poll_recv(cx)) {
                Some(Ok(line)) => (self.rest, self.position) = (line, 0),
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

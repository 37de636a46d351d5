//! What scrapes answer: written and compressed beside the threads that answer requests, and once for all that wait at the same time.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::{sync, task};

use crate::{
    exposition::{self, Accepted},
    gzip,
};

/// How a scrape is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Encoding {
    pub(super) format: Accepted,
    pub(super) is_compressed: bool,
}

type Written = Shared<BoxFuture<'static, Result<Bytes, Arc<io::Error>>>>;

/// The scrapes of a process.
#[derive(Debug, Default)]
pub(super) struct Scrapes {
    /// Those that nobody has begun to write: whoever comes now sees in them what was recorded before.
    waiting: Mutex<Vec<(Encoding, Written)>>,
    turn: sync::Mutex<()>,
}

impl Scrapes {
    /// Everything that the process exposes, with the values of now.
    pub(super) fn write(self: &Arc<Self>, encoding: Encoding) -> Written {
        let mut waiting = self.waiting();
        if let Some((_, written)) = waiting.iter().find(|(other, _)| *other == encoding) {
            return written.clone();
        }
        let written = Arc::clone(self).write_next(encoding).boxed().shared();
        waiting.push((encoding, written.clone()));
        written
    }

    async fn write_next(self: Arc<Self>, encoding: Encoding) -> Result<Bytes, Arc<io::Error>> {
        let _turn = self.turn.lock().await;
        self.waiting().retain(|(other, _)| *other != encoding);
        let written = task::spawn_blocking(move || {
            let body = body(encoding.format);
            if encoding.is_compressed { gzip::compress(&body) } else { Ok(body) }
        });
        Ok(written.await.map_err(io::Error::from).flatten()?.into())
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<(Encoding, Written)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn body(format: Accepted) -> Vec<u8> {
    match format {
        Accepted::Text(format) => {
            let mut text = String::new();
            exposition::encode_refreshed(format, &mut text);
            text.into_bytes()
        }
        #[cfg(feature = "protobuf")]
        Accepted::Protobuf => exposition::protobuf::encode_refreshed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::mcp::{Method, Server, Status, requests_total};
    use crate::exposition::Format;

    const PLAIN: Encoding = Encoding { format: Accepted::Text(Format::Text), is_compressed: false };

    #[tokio::test]
    async fn scrapes_that_wait_at_once_share_what_is_written() {
        let scrapes = Arc::new(Scrapes::default());
        let turn = scrapes.turn.lock().await;
        let (first, second) = (scrapes.write(PLAIN), scrapes.write(PLAIN));
        let other = scrapes.write(Encoding { is_compressed: true, ..PLAIN });
        assert!(first.ptr_eq(&second) && !first.ptr_eq(&other));
        drop(turn);
        let (first, second) = (first.await.expect("a scrape"), second.await.expect("a scrape"));
        assert_eq!(first.as_ptr(), second.as_ptr());
        assert!(!scrapes.write(PLAIN).ptr_eq(&scrapes.write(Encoding { is_compressed: true, ..PLAIN })));
    }

    #[tokio::test]
    async fn a_scrape_shows_what_was_recorded_before_it_was_asked_for() {
        let scrapes = Arc::new(Scrapes::default());
        let series = requests_total(Server("shared-scrapes"), Method::Ping, Status::Success);
        for count in 1..=100 {
            series.inc();
            // One that is dropped before it has begun, and one that goes on.
            drop(scrapes.write(PLAIN));
            let text = scrapes.write(PLAIN).await.expect("a scrape");
            let line = format!(r#"{{server="shared-scrapes",method="ping",status="success"}} {count}"#);
            assert!(String::from_utf8_lossy(&text).contains(&line), "{count}");
        }
    }
}

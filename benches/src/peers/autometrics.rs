use autometrics::autometrics;

use super::Peer;

/// It exposes what the prometheus crate has, and so has no exposition of its own.
pub(super) const PEER: Peer =
    Peer { name: "autometrics on the prometheus crate", record, expose: None, record_all: None };

#[autometrics]
fn work() -> Result<(), ()> {
    std::hint::black_box(Ok(()))
}

fn record(calls: u64) {
    for _ in 0..calls {
        let _ = work();
    }
}

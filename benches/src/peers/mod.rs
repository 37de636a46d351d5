//! The same work for each library.

mod autometrics;
mod floor;
mod measured;
mod metrics;
mod opentelemetry;
mod ours;
mod peer;
mod prometheus;
mod prometheus_client;
mod vise;

pub(crate) use peer::{BOUNDS, BOUNDS_11, COUNTERS, HISTOGRAMS, Peer};

/// The floor first, then this library, then its peers.
pub(crate) fn all() -> Vec<Peer> {
    let mut all = vec![floor::PEER, ours::PEER];
    all.extend(prometheus::PEERS);
    all.extend([
        prometheus_client::PEER,
        vise::PEER,
        measured::PEER,
        autometrics::PEER,
        metrics::PEER,
        opentelemetry::PEER,
    ]);
    all
}

//! Prometheus' protobuf format (feature `protobuf`), which has what text has no place for: native histograms, and when a series was created.
//!
//! `/metrics` answers in it when a scraper prefers it, as Prometheus does with `--enable-feature=native-histograms`, or
//! `scrape_native_histograms: true` since 3.8. For a server of your own:
//!
//! ```
//! use cryptofunk_metrics::exposition::{Format, encode, protobuf};
//!
//! fn metrics(accept: &str) -> (&'static str, Vec<u8>) {
//!     if protobuf::is_preferred(accept) {
//!         return (protobuf::CONTENT_TYPE, protobuf::encode());
//!     }
//!     let format = Format::negotiate(accept);
//!     (format.content_type(), encode(format).into_bytes())
//! }
//!
//! let prometheus = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,text/plain;q=0.5";
//! assert_eq!(metrics(prometheus).0, protobuf::CONTENT_TYPE);
//! assert!(metrics("text/plain").0.starts_with("text/plain"));
//! ```

mod foreign;
mod message;
mod model;

use prost::Message;

use super::format::{Accepted, PROTOBUF};
use crate::{cell::ARENA, registry};

/// The value of the `Content-Type` header.
pub const CONTENT_TYPE: &str = PROTOBUF;

/// Whether a scraper prefers this format to both text formats, by its `Accept` header.
pub fn is_preferred(accept: &str) -> bool {
    Accepted::of(accept) == Accepted::Protobuf
}

/// Everything that this process exposes: one `MetricFamily` message after the other, each with its length before it.
///
/// It has the same families and values as [`encode`](super::encode), with those of the prometheus crate's default registry. Native
/// histograms have their own buckets, and series the time of their creation.
///
/// ```
/// use cryptofunk_metrics::exposition::protobuf;
///
/// let accept = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;q=0.3";
/// assert!(protobuf::is_preferred(accept));
/// let body = protobuf::encode();
/// # let _ = body;
/// ```
pub fn encode() -> Vec<u8> {
    registry::refresh();
    encode_refreshed()
}

/// The same, with the values of the last refresh.
pub(crate) fn encode_refreshed() -> Vec<u8> {
    let mut out = Vec::new();
    let reader = ARENA.reader();
    let own = registry::refreshed().into_iter().map(|core| message::family(core, &reader));
    // One at a time: what a scrape needs beside its answer is what the largest family needs.
    for family in own.chain(foreign::families()).filter(|family| !family.metric.is_empty()) {
        out.reserve(family.encoded_len() + 10);
        // Never fails: a vector grows.
        let _ = family.encode_length_delimited(&mut out);
    }
    out
}

#[cfg(test)]
mod tests;

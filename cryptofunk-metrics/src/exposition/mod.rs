//! Writing metrics: the Prometheus text format 0.0.4, OpenMetrics 1.0, and Prometheus' protobuf format (feature `protobuf`).
//!
//! An exporter (module `exporter`) serves all of them. Use this module to send metrics in another way:
//!
//! ```
//! use cryptofunk_metrics::exposition::{Format, encode};
//!
//! let text = encode(Format::OpenMetrics);
//! assert!(text.ends_with("# EOF\n"));
//! ```
//!
//! Each line is written once without its value, when the series is made. A scrape copies it and appends the number.

pub(crate) mod constant;
mod encode;
mod escape;
mod exemplar;
pub(crate) mod foreign;
mod format;
mod head;
pub(crate) mod lines;
mod number;
#[cfg(feature = "protobuf")]
pub mod protobuf;
mod quantile;

#[cfg(feature = "exporter")]
pub(crate) use encode::encode_refreshed;
pub use encode::{encode, encode_into, encode_text};
#[cfg(feature = "exporter")]
pub(crate) use format::Accepted;
pub use format::Format;
pub use quantile::histogram_quantile;

#[cfg(test)]
mod tests;

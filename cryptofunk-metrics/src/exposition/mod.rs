//! Text out: the Prometheus text format 0.0.4 and OpenMetrics 1.0; and Prometheus' protobuf format, with the feature `protobuf`.
//!
//! The text of every line but its value is written once, when the series is made. A scrape copies it and appends numbers.

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

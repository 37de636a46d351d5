//! Text out: the Prometheus text format 0.0.4 and OpenMetrics 1.0.
//!
//! The text of every line but its value is written once, when the series is made. A scrape copies it and appends numbers.

pub(crate) mod constant;
mod encode;
mod escape;
mod exemplar;
mod foreign;
mod format;
mod head;
pub(crate) mod lines;
mod number;

#[cfg(feature = "exporter")]
pub(crate) use encode::encode_refreshed;
pub use encode::{encode, encode_into, encode_text};
pub use format::Format;

#[cfg(test)]
mod tests;

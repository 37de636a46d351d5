//! Where counts are kept between scrapes.
//!
//! Some threads, a few more than there are cores, own a table of words each and write it with plain loads and stores; the others share a few
//! tables and write them with atomic additions. The scraper reads all tables and adds up. So recording takes no lock, no hash and no
//! allocation, two threads that own tables touch different cache lines, and reading costs the same however many threads there are.

pub(crate) mod arena;
mod counter;
mod float_counter;
mod gauge;
mod histogram;
mod int_gauge;
mod local;
mod native;
mod optional_gauge;
pub(crate) mod owner;
mod sync;

pub use counter::Counter;
pub use float_counter::FloatCounter;
pub use gauge::Gauge;
pub(crate) use gauge::{all_words, new_words};
pub(crate) use histogram::Bounds;
pub use histogram::{Histogram, HistogramValue, Timer};
pub use int_gauge::{IntGauge, IntGaugeGuard};
pub(crate) use local::{ARENA, this_thread};
pub use native::NativeHistogramValue;
#[cfg(feature = "protobuf")]
pub(crate) use native::Spans;
pub use optional_gauge::OptionalGauge;
pub(crate) use optional_gauge::{ABSENT, bits_of, value_of_bits};

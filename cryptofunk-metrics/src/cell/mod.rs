//! Where counts are kept while nobody looks.
//!
//! Each thread owns a table of words and is the only one to write it, with plain loads and stores; the scraper reads all
//! tables and adds up. So recording takes no lock, no locked instruction, no hash and no allocation, and two threads that
//! record the same series touch different cache lines.

pub(crate) mod arena;
mod counter;
mod float_counter;
mod gauge;
mod histogram;
mod local;
mod optional_gauge;
pub(crate) mod owner;
mod sync;

pub use counter::Counter;
pub use float_counter::FloatCounter;
pub use gauge::{Gauge, IntGauge, IntGaugeGuard};
pub(crate) use gauge::{all_words, new_words};
pub(crate) use histogram::Bounds;
pub use histogram::{Histogram, HistogramValue, Timer};
pub(crate) use local::{ARENA, this_thread};
pub use optional_gauge::OptionalGauge;
pub(crate) use optional_gauge::{ABSENT, bits_of, value_of_bits};

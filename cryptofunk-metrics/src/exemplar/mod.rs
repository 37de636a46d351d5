//! Exemplars: single observations with labels of their own, such as the trace that they belong to.
//!
//! Series keep none: the newest exemplar of each counter and bucket stands beside the threads' tables, at the place of its word. So
//! recording without one is what it was, and a process that never records one has no place for them.

mod labels;
mod sampled;
pub(crate) mod store;

pub use labels::Exemplar;
pub(crate) use sampled::Sampled;

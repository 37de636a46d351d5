//! Descriptors of metric families, and catalogues that join them, as constant data.
//!
//! `cryptofunk-metrics` re-exports this crate. Depend on that one, unless you write a tool that reads catalogues. This crate has no
//! dependencies, so the macros, the query checks and the documents read it without a runtime.

#![warn(missing_docs)]

pub mod buckets;
mod catalog;
mod clash;
pub mod descriptor;
mod index;
#[doc(hidden)]
pub mod key;
#[doc(hidden)]
pub mod message;
#[doc(hidden)]
pub mod names;
pub mod native;
mod objective;
#[doc(hidden)]
pub mod objective_check;
#[doc(hidden)]
pub mod tools;

pub use catalog::Catalog;
#[doc(hidden)]
pub use clash::clash;
#[doc(hidden)]
pub use clash::series_of;
pub use clash::series_of_histogram;

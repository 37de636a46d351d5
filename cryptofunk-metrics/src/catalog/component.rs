//! What every component exposes about itself that says no families of its own.

pub use crate::conventions::component::{Component, Version};
use cryptofunk_metrics_macros::metrics;

#[metrics(namespace = "cryptofunk", convention = "component", lazy)]
mod declarations {}
pub use declarations::*;

//! What each file of alerts adds to, and how long their tests are.

use crate::pack::draft::Alert;

/// Alerts, and series of a healthy hour in which none of them fires.
#[derive(Default)]
pub(in crate::pack) struct Alerts {
    pub(in crate::pack) all: Vec<Alert>,
    pub(in crate::pack) healthy: Vec<(String, String)>,
}

/// How long a healthy time is.
pub(in crate::pack) const HEALTHY: u64 = 3_600;

/// How long tests of a threshold take.
pub(super) const SHORT: u64 = 20 * 60;

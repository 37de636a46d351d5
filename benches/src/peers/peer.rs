//! What each library does, and how much of it.

/// One library, or one way to use it.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// Records so many calls.
    pub(crate) record: fn(u64),
    /// Makes 10,000 counters and 1,000 histograms, and answers what writes them.
    pub(crate) expose: Option<fn() -> Box<dyn FnMut(&mut String)>>,
    /// Records once into all of them.
    pub(crate) record_all: Option<fn()>,
}

pub(crate) const COUNTERS: usize = 10_000;
pub(crate) const HISTOGRAMS: usize = 1_000;
/// Ten bounds, so 13 lines a histogram; one more for the recording.
pub(crate) const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];
pub(crate) const BOUNDS_11: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

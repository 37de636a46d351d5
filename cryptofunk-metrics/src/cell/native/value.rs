use cryptofunk_metrics_catalog::native::MIN_SCHEMA;

/// The buckets of a native histogram.
///
#[cfg_attr(any(feature = "protobuf", feature = "otlp"), doc = "```")]
#[cfg_attr(not(any(feature = "protobuf", feature = "otlp")), doc = "```ignore")]
/// use cryptofunk_metrics::metrics;
///
/// #[metrics(namespace = "doc", subsystem = "native_value")]
/// mod kitchen {
///     /// Time from order to plate.
///     #[metric(native(schema = 0))]
///     pub fn cooking_seconds() -> Histogram;
/// }
///
/// # fn main() {
/// for seconds in [0.0, 3.0, 4.0, 5.0] {
///     kitchen::cooking_seconds().observe(seconds);
/// }
/// let value = kitchen::cooking_seconds().get_native().expect("it is native");
/// assert_eq!(value.zero_count, 1);
/// assert_eq!(value.positive, [(2, 2), (3, 1)]);  // above 2 and up to 2², above 2² and up to 2³
/// assert_eq!(value.count(), 4);
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NativeHistogramValue {
    /// The schema of this moment: that of the declaration, or a coarser one once there were too many buckets.
    pub schema: i8,
    /// The largest value in the zero bucket.
    pub zero_threshold: f64,
    /// How many values are in the zero bucket.
    pub zero_count: u64,
    /// The buckets of values above 0 that are not empty, with their counts: number *n* ends at 2^(*n* × 2^−schema).
    pub positive: Vec<(i32, u64)>,
    /// The buckets of values below 0, by their size.
    pub negative: Vec<(i32, u64)>,
}

impl NativeHistogramValue {
    /// How many values were observed.
    pub fn count(&self) -> u64 {
        let buckets = self.positive.iter().chain(&self.negative);
        buckets.map(|(_, count)| count).sum::<u64>() + self.zero_count
    }

    /// Makes the schema coarser until there are no more buckets than this, or there is no coarser one.
    pub(super) fn limit(&mut self, max_buckets: usize) {
        while self.positive.len() + self.negative.len() > max_buckets && self.schema > MIN_SCHEMA {
            self.schema -= 1;
            for side in [&mut self.positive, &mut self.negative] {
                *side = joined(side.drain(..).map(|(bound, count)| (merge(bound, 1), count)));
            }
        }
    }
}

/// The number of a bucket in a schema that is coarser by so much.
pub(super) fn merge(bound: i32, by: u8) -> i32 {
    // From the number of its lower bound, which is not in it.
    ((bound - 1) >> by) + 1
}

/// Buckets in their order, of which those that have one number become one.
pub(super) fn joined(buckets: impl Iterator<Item = (i32, u64)>) -> Vec<(i32, u64)> {
    let mut all: Vec<(i32, u64)> = Vec::new();
    for (bound, count) in buckets {
        match all.last_mut() {
            Some(last) if last.0 == bound => last.1 += count,
            _ => all.push((bound, count)),
        }
    }
    all
}

/// The buckets of one side as Prometheus' protobuf format has them.
#[cfg(any(feature = "protobuf", test))]
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Spans {
    /// How many buckets are left out before each span, and how many it has.
    pub(crate) spans: Vec<(i32, u32)>,
    /// By how much the count of each bucket differs from that of the one before it.
    pub(crate) deltas: Vec<i64>,
}

#[cfg(any(feature = "protobuf", test))]
impl Spans {
    /// Empty buckets that a span may hold side by side: another span would take more bytes. client_golang draws the line here too.
    const GAP: i32 = 2;

    pub(crate) fn of(buckets: &[(i32, u64)]) -> Self {
        let mut all = Spans::default();
        let (mut next, mut before) = (0, 0);
        for (bound, count) in buckets {
            let gap = bound - next;
            if all.spans.is_empty() || gap > Self::GAP {
                all.spans.push((gap, 0));
            } else {
                (0..gap).for_each(|_| all.push(0, &mut before));
            }
            all.push(*count, &mut before);
            next = bound + 1;
        }
        all
    }

    fn push(&mut self, count: u64, before: &mut u64) {
        if let Some((_, length)) = self.spans.last_mut() {
            *length += 1;
        }
        self.deltas.push(count.wrapping_sub(*before) as i64);
        *before = count;
    }
}

//! The labels that a query names, and sets of them. Inference is arithmetic on these sets: comparing texts costs the compiler more.

use cryptofunk_metrics_catalog::message::same;

/// A set of labels that a query names, one bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelSet(#[doc(hidden)] pub u64);

impl LabelSet {
    pub(crate) const EMPTY: LabelSet = LabelSet(0);
    pub(crate) const ALL: LabelSet = LabelSet(u64::MAX);
    /// What Prometheus adds to each target: `job` and `instance`.
    pub(crate) const TARGET: LabelSet = LabelSet(0b011);
    /// `le`, the bound of a bucket.
    pub(crate) const LE: LabelSet = LabelSet(0b100);

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The labels that every query is asked about; their bits come first.
pub(crate) const BUILT_IN: [&str; 3] = ["job", "instance", "le"];

/// How many labels a query can name beside these.
#[cfg(feature = "parse")]
pub(crate) const MOST: usize = 64 - BUILT_IN.len();

/// The labels that a query names where series are grouped, matched or given a label, each once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Names<'a> {
    /// The labels beside `job`, `instance` and `le`, in the order of their bits.
    pub list: &'a [&'a str],
    /// Those with a variable of a dashboard in their name.
    pub variables: LabelSet,
}

impl<'a> Names<'a> {
    /// How many bits there are.
    pub(crate) const fn len(&self) -> u32 {
        3 + self.list.len() as u32
    }

    /// The label of a bit.
    pub(crate) const fn get(&self, bit: u32) -> &'a str {
        if bit < 3 { BUILT_IN[bit as usize] } else { self.list[bit as usize - 3] }
    }

    /// The set of this label alone; empty if the query does not name it.
    pub(crate) const fn find(&self, label: &str) -> LabelSet {
        match label.as_bytes() {
            b"job" => return LabelSet(0b001),
            b"instance" => return LabelSet(0b010),
            b"le" => return LabelSet::LE,
            _ => {}
        }
        let mut bit = 0b1000;
        let mut list = self.list;
        while let [name, left @ ..] = list {
            if same(name, label) {
                return LabelSet(bit);
            }
            bit <<= 1;
            list = left;
        }
        LabelSet::EMPTY
    }
}

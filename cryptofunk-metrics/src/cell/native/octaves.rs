use std::sync::OnceLock;

use super::{
    super::arena::{Reader, Slot},
    position::{OCTAVES, ONE},
    value::merge,
};

/// The words of one octave in every table, a word for each of its buckets.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) slot: Slot,
    /// There are 2^schema of them.
    pub(super) schema: i8,
}

/// Octaves that are made together: what is measured spans a page or two.
const PAGE: usize = 32;

type Page = [OnceLock<Words>; PAGE];

/// The words of each octave that values above 0, or below 0, have fallen into.
#[derive(Debug)]
pub(super) struct Octaves {
    pages: [OnceLock<Box<Page>>; OCTAVES.div_ceil(PAGE)],
}

impl Default for Octaves {
    fn default() -> Self {
        Octaves { pages: [const { OnceLock::new() }; OCTAVES.div_ceil(PAGE)] }
    }
}

impl Octaves {
    #[inline]
    pub(super) fn get(&self, octave: usize) -> Option<&Words> {
        self.pages[octave / PAGE].get()?[octave % PAGE].get()
    }

    pub(super) fn get_or_make(&self, octave: usize, make: impl FnOnce() -> Words) -> &Words {
        let page = self.pages[octave / PAGE].get_or_init(|| Box::new([const { OnceLock::new() }; PAGE]));
        page[octave % PAGE].get_or_init(make)
    }

    /// All octaves that have words, with the number of the first power of two in them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i32, &Words)> {
        let pages = self.pages.iter().enumerate().filter_map(|(number, page)| Some((number, page.get()?)));
        let octaves = pages
            .flat_map(|(number, page)| page.iter().enumerate().map(move |(at, octave)| (number * PAGE + at, octave)));
        octaves.filter_map(|(octave, words)| Some((octave as i32 - ONE as i32, words.get()?)))
    }

    /// The buckets of a schema that are not empty, by the number of their upper bounds. No octave may have words of a coarser one.
    pub(super) fn buckets(&self, schema: i8, reader: &Reader<'_>) -> Vec<(i32, u64)> {
        let mut buckets = Vec::new();
        let mut counts = Vec::new();
        for (octave, words) in self.iter() {
            counts.clear();
            counts.resize(1 << words.schema, 0);
            reader.add_up(words.slot, &mut counts);
            let first = octave << words.schema;
            let all = counts.iter().enumerate().map(|(bucket, count)| (first + bucket as i32 + 1, *count));
            buckets.extend(all.filter(|(_, count)| *count > 0).map(|(bound, count)| (bound, count, words.schema)));
        }
        let coarser = buckets.into_iter().map(|(bound, count, of)| (merge(bound, (of - schema).unsigned_abs()), count));
        super::value::joined(coarser)
    }
}

//! Where the families of a catalogue are, by name. The compiler evaluates lookups, and takes long to read through all of them.

use crate::{
    descriptor::MetricDescriptor,
    key::{SLOTS, key, slot},
    message::same_letters,
};

/// How many families it takes; a table that is fuller makes lookups long.
const MOST: usize = SLOTS * 3 / 4;

/// How many names of labels can be told apart: one a bit.
const LABELS: usize = 64;

/// A table of families by their names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Index {
    /// The number of a module and of a family in it.
    slots: [u32; SLOTS],
    /// The keys of the families' names.
    keys: [u64; SLOTS],
    /// The labels of the families: a bit for each key in `labels`.
    sets: [u64; SLOTS],
    labels: [u64; LABELS],
    len: usize,
    /// Whether every family has a slot and every label a bit.
    is_whole: bool,
}

const EMPTY: u32 = u32::MAX;

impl Index {
    pub(crate) const fn new(modules: &'static [&'static [MetricDescriptor]]) -> Self {
        let mut index = Index {
            slots: [EMPTY; SLOTS],
            keys: [0; SLOTS],
            sets: [0; SLOTS],
            labels: [0; LABELS],
            len: 0,
            is_whole: true,
        };
        let mut i = 0;
        while i < modules.len() {
            let mut j = 0;
            while j < modules[i].len() {
                if index.len == MOST {
                    index.is_whole = false;
                    return index;
                }
                let family = &modules[i][j];
                let key = key(family.name.as_bytes());
                let mut slot = key as usize % SLOTS;
                while index.slots[slot] != EMPTY {
                    slot = (slot + 1) % SLOTS;
                }
                index.slots[slot] = (i as u32) << 16 | j as u32;
                index.keys[slot] = key;
                let mut labels = family.labels;
                while let [label, left @ ..] = labels {
                    index.sets[slot] |= index.add_label(label.name);
                    labels = left;
                }
                index.len += 1;
                j += 1;
            }
            i += 1;
        }
        index
    }

    /// The bit of a label, which it gets now if it has none.
    const fn add_label(&mut self, name: &str) -> u64 {
        let key = key(name.as_bytes());
        let mut tried = 0;
        while tried < LABELS {
            let bit = (key as usize + tried) % LABELS;
            if self.labels[bit] == 0 {
                self.labels[bit] = key;
            }
            if self.labels[bit] == key {
                return 1 << bit;
            }
            tried += 1;
        }
        self.is_whole = false;
        0
    }

    /// The bit of a label by its key; 0 if no family has it.
    pub(crate) const fn label(&self, key: u64) -> u64 {
        let mut bit = key as usize % LABELS;
        let mut tried = 0;
        while tried < LABELS && self.labels[bit] != 0 {
            if self.labels[bit] == key {
                return 1 << bit;
            }
            bit = (bit + 1) % LABELS;
            tried += 1;
        }
        0
    }

    /// The module and the place in it of the first family by the key of its name, and the bits of its labels.
    pub(crate) const fn keyed(&self, key: u64) -> Option<(usize, usize, u64)> {
        let mut slot = key as usize % SLOTS;
        while self.slots[slot] != EMPTY {
            if self.keys[slot] == key {
                let place = self.slots[slot];
                return Some(((place >> 16) as usize, (place & 0xffff) as usize, self.sets[slot]));
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }

    /// Whether keys find every family and label.
    pub(crate) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The module and the place in it of the first family of this name.
    pub(crate) const fn find(
        &self,
        modules: &'static [&'static [MetricDescriptor]],
        name: &[u8],
    ) -> Option<(usize, usize)> {
        let mut slot = slot(name);
        while self.slots[slot] != EMPTY {
            let (module, family) = ((self.slots[slot] >> 16) as usize, (self.slots[slot] & 0xffff) as usize);
            if same_letters(modules[module][family].name.as_bytes(), name) {
                return Some((module, family));
            }
            slot = (slot + 1) % SLOTS;
        }
        if self.len < MOST { None } else { search(modules, name) }
    }
}

/// What a table that is full may not have.
const fn search(modules: &'static [&'static [MetricDescriptor]], name: &[u8]) -> Option<(usize, usize)> {
    let mut i = 0;
    while i < modules.len() {
        let mut j = 0;
        while j < modules[i].len() {
            if same_letters(modules[i][j].name.as_bytes(), name) {
                return Some((i, j));
            }
            j += 1;
        }
        i += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::{LabelDescriptor, LabelValues, MetricKind};

    fn families(names: impl Iterator<Item = String>) -> &'static [MetricDescriptor] {
        let family = |name: String| MetricDescriptor::new(name.leak(), MetricKind::Gauge);
        names.map(family).collect::<Vec<_>>().leak()
    }

    #[test]
    fn every_name_is_found_however_many_there_are() {
        for len in [1, 50, MOST - 1, MOST, MOST + 1, 2_000] {
            let first = families((0..len / 2).map(|i| format!("shop_orders_{i}")));
            let second = families((len / 2..len).map(|i| format!("shop_orders_{i}")));
            let modules: &'static [&'static [MetricDescriptor]] = vec![first, second].leak();
            let index = Index::new(modules);
            for i in 0..len {
                let place = if i < len / 2 { (0, i) } else { (1, i - len / 2) };
                let name = format!("shop_orders_{i}");
                assert_eq!(index.find(modules, name.as_bytes()), Some(place));
                let keyed = index.keyed(key(name.as_bytes()));
                assert!(keyed == Some((place.0, place.1, 0)) || !index.is_whole());
            }
            assert_eq!(index.is_whole(), len <= MOST);
            assert!(index.keyed(key(b"shop_orders")).is_none());
            assert!(index.find(modules, b"shop_orders").is_none());
        }
    }

    #[test]
    fn labels_have_a_bit_each_until_there_are_too_many() {
        for len in [1, 10, LABELS, LABELS + 1] {
            let label = |i| LabelDescriptor { name: format!("label_{i}").leak(), values: LabelValues::Fixed };
            let family = |i: usize| MetricDescriptor {
                labels: vec![label(i), label((i + 1) % len)].leak(),
                ..MetricDescriptor::new(format!("shop_orders_{i}").leak(), MetricKind::Gauge)
            };
            let modules: &'static [&'static [MetricDescriptor]] =
                vec![&*(0..len).map(family).collect::<Vec<_>>().leak()].leak();
            let index = Index::new(modules);
            assert_eq!(index.is_whole(), len <= LABELS);
            let bit = |i: usize| index.label(key(format!("label_{i}").as_bytes()));
            for i in 0..len.min(LABELS) {
                assert_eq!(bit(i).count_ones(), 1);
                let set = index.keyed(key(format!("shop_orders_{i}").as_bytes())).expect("a family").2;
                assert!(set == bit(i) | bit((i + 1) % len) || !index.is_whole());
            }
            assert_eq!(index.label(key(b"other")), 0);
        }
    }
}

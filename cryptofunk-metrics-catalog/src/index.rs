//! Where the families of a catalogue are, by name. The compiler evaluates lookups, and takes long to read through all of them.

use crate::{descriptor::MetricDescriptor, message::same_letters};

/// How many places the table has.
const SLOTS: usize = 512;

/// How many families it takes; a table that is fuller makes lookups long.
const MOST: usize = SLOTS * 3 / 4;

/// A table of places by the hash of a name, each the number of a module and of a family in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Index {
    slots: [u32; SLOTS],
    len: usize,
}

const EMPTY: u32 = u32::MAX;

impl Index {
    pub(crate) const fn new(modules: &'static [&'static [MetricDescriptor]]) -> Self {
        let mut index = Index { slots: [EMPTY; SLOTS], len: 0 };
        let mut i = 0;
        while i < modules.len() {
            let mut j = 0;
            while j < modules[i].len() && index.len < MOST {
                let mut slot = hash(modules[i][j].name.as_bytes());
                while index.slots[slot] != EMPTY {
                    slot = (slot + 1) % SLOTS;
                }
                index.slots[slot] = (i as u32) << 16 | j as u32;
                index.len += 1;
                j += 1;
            }
            i += 1;
        }
        index
    }

    /// The module and the place in it of the first family of this name.
    pub(crate) const fn find(
        &self,
        modules: &'static [&'static [MetricDescriptor]],
        name: &[u8],
    ) -> Option<(usize, usize)> {
        let mut slot = hash(name);
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

/// Of the length and a few letters, which is enough to tell names apart.
const fn hash(name: &[u8]) -> usize {
    let len = name.len();
    if len == 0 {
        return 0;
    }
    let (a, b, c, d) = (name[len / 3], name[len / 2], name[len * 2 / 3], name[len * 5 / 6]);
    (len * 7 + a as usize * 31 + b as usize * 131 + c as usize * 521 + d as usize * 1031) % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::MetricKind;

    fn families(names: impl Iterator<Item = String>) -> &'static [MetricDescriptor] {
        let family = |name: String| MetricDescriptor::new(name.leak(), MetricKind::Gauge);
        names.map(family).collect::<Vec<_>>().leak()
    }

    #[test]
    fn every_name_is_found_however_many_there_are() {
        for len in [1, 50, MOST - 1, MOST, 2_000] {
            let first = families((0..len / 2).map(|i| format!("shop_orders_{i}")));
            let second = families((len / 2..len).map(|i| format!("shop_orders_{i}")));
            let modules: &'static [&'static [MetricDescriptor]] = vec![first, second].leak();
            let index = Index::new(modules);
            for i in 0..len {
                let place = if i < len / 2 { (0, i) } else { (1, i - len / 2) };
                assert_eq!(index.find(modules, format!("shop_orders_{i}").as_bytes()), Some(place));
            }
            assert!(index.find(modules, b"shop_orders").is_none());
        }
    }
}

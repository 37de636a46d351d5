//! Names as numbers. The compiler compares two numbers in one step, and two names letter by letter.

/// How many slots the table of an index has.
pub(crate) const SLOTS: usize = 512;

/// The number of a name; its slot in an index is the rest of a division by the number of slots. Two names of one slot have one number once
/// in 2^55.
pub const fn key(name: &[u8]) -> u64 {
    let mut key = name.len() as u64;
    let mut left = name;
    while let [a, b, c, d, e, f, g, h, ref behind @ ..] = *left {
        key = mixed(key, u64::from_le_bytes([a, b, c, d, e, f, g, h]));
        left = behind;
    }
    let mut last = 0;
    while let [letter, ref behind @ ..] = *left {
        last = last << 8 | letter as u64;
        left = behind;
    }
    let key = mixed(key, last);
    key - key % SLOTS as u64 + slot(name) as u64
}

/// Of the length and a few letters, which is enough to tell most names apart.
pub(crate) const fn slot(name: &[u8]) -> usize {
    let len = name.len();
    if len == 0 {
        return 0;
    }
    let (a, b, c, d) = (name[len / 3], name[len / 2], name[len * 2 / 3], name[len * 5 / 6]);
    (len * 7 + a as usize * 31 + b as usize * 131 + c as usize * 521 + d as usize * 1031) % SLOTS
}

/// The key with a word mixed in.
const fn mixed(key: u64, word: u64) -> u64 {
    let product = (key ^ word) as u128 * 0x9e37_79b9_7f4a_7c15;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::key;

    #[test]
    fn names_that_hardly_differ_have_numbers_of_their_own() {
        let mut names: HashSet<String> = ["", "\0", "\0\0", "a", "b"].map(str::to_owned).into();
        for i in 0..20_000 {
            names.extend([format!("shop_orders_{i}"), format!("{i}_orders"), format!("{i}"), "x".repeat(i % 300)]);
        }
        let keys: HashSet<u64> = names.iter().map(|name| key(name.as_bytes())).collect();
        assert_eq!(keys.len(), names.len());
    }
}

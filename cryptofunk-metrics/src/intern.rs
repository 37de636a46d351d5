//! Texts that are computed at run time and become label values: kept for as long as the process lives, up to a budget.

use std::{
    collections::BTreeSet,
    sync::{PoisonError, RwLock},
};

/// The label value `other`: what open labels record past their budget.
pub const OTHER: &str = "other";

/// The longest value of an open label, in bytes. Longer ones are recorded as [`OTHER`].
pub const MAX_OPEN_VALUE_BYTES: usize = 128;

/// Texts up to a budget.
pub(crate) struct Interner {
    limit: usize,
    texts: RwLock<BTreeSet<&'static str>>,
}

impl Interner {
    pub(crate) const fn new(limit: usize) -> Self {
        Interner { limit, texts: RwLock::new(BTreeSet::new()) }
    }

    /// The same text, or `other` past the budget.
    pub(crate) fn get(&self, text: &str) -> &'static str {
        if text.is_empty() {
            return "";
        }
        if let Some(known) = self.texts.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return known;
        }
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = texts.get(text) {
            return known;
        }
        if texts.len() >= self.limit || text.len() > MAX_OPEN_VALUE_BYTES {
            return OTHER;
        }
        let new: &'static str = text.to_owned().leak();
        texts.insert(new);
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_past_the_budget_become_other() {
        let interner = Interner::new(2);
        assert_eq!([interner.get("a"), interner.get("b"), interner.get("a")], ["a", "b", "a"]);
        assert_eq!([interner.get("c"), interner.get(&"x".repeat(200)), interner.get("")], ["other", "other", ""]);
    }
}

//! `#[convention(native(…))]`: the histograms of a convention that make their buckets themselves too.

use syn::Ident;

use super::{declarations::Metric, native::Native};
use crate::{attr::Pair, diagnostics::Diagnostics};

/// The families of `#[convention(native(…))]`, or all histograms for `#[convention(native)]`.
#[derive(Default)]
pub(super) struct Natives {
    all: Option<Ident>,
    families: Vec<Pair>,
}

impl Natives {
    /// Reads the key.
    pub(super) fn parse(key: Ident, families: Option<Vec<Pair>>) -> Self {
        match families {
            Some(families) => Natives { all: None, families },
            None => Natives { all: Some(key), families: Vec::new() },
        }
    }

    pub(super) fn extend(&mut self, others: Natives) {
        self.all = self.all.take().or(others.all);
        self.families.extend(others.families);
    }

    /// Gives each family its settings; `unknown` tells of a family that no convention has.
    pub(super) fn apply(
        self,
        metrics: &mut [Metric],
        without: &[Ident],
        unknown: impl Fn(&Ident, &mut Diagnostics),
        errors: &mut Diagnostics,
    ) {
        let mut given: Vec<Ident> = Vec::new();
        for pair in self.families {
            let key = pair.key.clone();
            let native = Native::parse(pair, "convention(native(family(…)))", errors);
            if given.contains(&key) || without.contains(&key) {
                errors.error(&key, format!("`{key}` is given twice: native once, or left out by `without`"));
                continue;
            }
            given.push(key.clone());
            match metrics.iter_mut().find(|metric| metric.sig.ident == key) {
                None => unknown(&key, errors),
                Some(metric) if metric.buckets.is_some() => metric.native = Some(native),
                Some(_) => errors.error(&key, format!("`{key}` is no histogram, so it cannot be native")),
            }
        }
        if let Some(key) = self.all {
            for metric in metrics.iter_mut().filter(|metric| metric.buckets.is_some() && metric.native.is_none()) {
                metric.native = Some(Native::plain(key.clone()));
            }
        }
    }
}

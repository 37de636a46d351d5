//! Which values of a label matchers leave.

use cryptofunk_metrics_catalog::message::{contains, same};

use crate::{
    inferred::Selection,
    named::{Named, declared, named},
    node::{ANY, MatchOperator, Matcher},
    pattern::{Alternative, Matches, matches},
    schema::{Schema, is_among},
};

/// What a label can be, as a selector says.
#[derive(Clone, Copy)]
pub(crate) struct Possible<'a> {
    label: &'a str,
    matchers: &'a [Matcher<'a>],
    /// All values that the metric has, if they are known.
    values: Option<&'static [&'static str]>,
}

impl<'a> Possible<'a> {
    /// What a label of a selector can be.
    pub(crate) const fn of(schema: &Schema, selection: Selection<'a>, label: &'a str) -> Self {
        let Selection { metric, matchers } = selection;
        let values = match named(schema, metric) {
            Named::Series(family) | Named::Buckets(family) if !schema.is_target_label(label) => {
                match declared(family, label) {
                    Some(descriptor) => schema.known_values(descriptor),
                    None => None,
                }
            }
            _ => None,
        };
        Possible { label, matchers, values }
    }

    /// How many matchers the label has.
    pub(crate) const fn len(&self) -> usize {
        let mut count = 0;
        let mut left = self.matchers;
        while let [matcher, rest @ ..] = left {
            if same(matcher.label, self.label) {
                count += 1;
            }
            left = rest;
        }
        count
    }

    /// The text of the matcher at a place, of those of this label.
    pub(crate) const fn text(&self, mut place: usize) -> Option<&'a str> {
        let mut left = self.matchers;
        while let [matcher, rest @ ..] = left {
            if same(matcher.label, self.label) {
                if place == 0 {
                    return Some(matcher.value);
                }
                place -= 1;
            }
            left = rest;
        }
        None
    }

    /// Whether the label can have a value, as far as is known.
    const fn can_be(&self, value: &str) -> bool {
        let mut left = self.matchers;
        while let [matcher, rest @ ..] = left {
            if same(matcher.label, self.label) && !contains(matcher.value, ANY) && !admits(matcher, value) {
                return false;
            }
            left = rest;
        }
        match self.values {
            Some(values) => value.is_empty() || is_among(values, value),
            None => true,
        }
    }

    /// The matcher that leaves only some values, each written there.
    const fn listing(&self) -> Option<&'a Matcher<'a>> {
        let mut found = None;
        let mut left = self.matchers;
        while let [matcher, rest @ ..] = left {
            if same(matcher.label, self.label) && !contains(matcher.value, ANY) {
                match matcher.operator {
                    MatchOperator::Equal => return Some(matcher),
                    MatchOperator::Regex if are_texts(matcher.pattern) => found = Some(matcher),
                    _ => {}
                }
            }
            left = rest;
        }
        found
    }
}

/// Whether a label of two selectors, or of one, can surely not have one value.
pub(crate) const fn never_meet(one: &Possible<'_>, other: &Possible<'_>) -> bool {
    let listing = match one.listing() {
        Some(listing) => Some(listing),
        None => other.listing(),
    };
    if let Some(listing) = listing {
        if matches!(listing.operator, MatchOperator::Equal) {
            return !(one.can_be(listing.value) && other.can_be(listing.value));
        }
        let mut left = listing.pattern;
        while let [Alternative::Text(value), rest @ ..] = left {
            if one.can_be(value) && other.can_be(value) {
                return false;
            }
            left = rest;
        }
        return true;
    }
    let values = match one.values {
        Some(values) => Some(values),
        None => other.values,
    };
    let Some(mut left) = values else { return false };
    while let [value, rest @ ..] = left {
        if one.can_be(value) && other.can_be(value) {
            return false;
        }
        left = rest;
    }
    // Without a matcher on either side, two metrics have different values for a reason that others know.
    one.len() + other.len() > 0
}

/// Whether a matcher lets a value through, as far as is known.
pub(crate) const fn admits(matcher: &Matcher<'_>, value: &str) -> bool {
    match matcher.operator {
        MatchOperator::Equal => same(matcher.value, value),
        MatchOperator::NotEqual => !same(matcher.value, value),
        MatchOperator::Regex => !matches!(matches(matcher.pattern, value), Matches::No),
        MatchOperator::NotRegex => !matches!(matches(matcher.pattern, value), Matches::Yes),
    }
}

const fn are_texts(mut pattern: &[Alternative<'_>]) -> bool {
    while let [alternative, left @ ..] = pattern {
        if !matches!(alternative, Alternative::Text(_)) {
            return false;
        }
        pattern = left;
    }
    true
}

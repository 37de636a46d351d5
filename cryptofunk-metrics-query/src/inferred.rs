//! What is known of the series of a part of a query.

use crate::{
    context::Context,
    named::{Named, family, labelled_alike},
    names::{LabelSet, Names},
    node::Matcher,
    presence::LabelPresence,
    values::Values,
};

/// What has the labels that a query does not name: they are kept together, or are gone together.
#[derive(Clone, Copy)]
pub(crate) enum Others {
    /// They are gone.
    None,
    /// The series of a name.
    Of(Named),
    /// Some series are those of the first name; others are those of the second, or have lost them.
    Either(Named, Option<Named>),
}

/// What a selector asks for.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'a> {
    /// The name of the metric.
    pub(crate) metric: &'a str,
    pub(crate) matchers: &'a [Matcher<'a>],
}

/// A selector whose matchers hold for labels of a part: `a="b"` is true of `sum by (a) (rate(x{a="b"}[5m]))`.
#[derive(Clone, Copy)]
pub(crate) struct Matched<'a> {
    pub(crate) selection: Selection<'a>,
    /// The labels of the query that it stands in, or of the rule that records it.
    pub(crate) names: Names<'a>,
    /// The labels whose values are those of the selector, of those that are named there.
    pub(crate) kept: LabelSet,
    /// Whether that is so of those that are not named there.
    pub(crate) kept_others: bool,
}

impl<'a> Matched<'a> {
    pub(crate) const fn keeps(&self, label: &str) -> bool {
        let bit = self.names.find(label).0;
        if bit == 0 { self.kept_others } else { bit & self.kept.0 != 0 }
    }

    pub(crate) const fn keep(self, labels: LabelSet, others: bool) -> Self {
        Matched { kept: LabelSet(self.kept.0 & labels.0), kept_others: self.kept_others && others, ..self }
    }

    pub(crate) const fn has_matchers(&self) -> bool {
        !self.selection.matchers.is_empty()
    }
}

/// What is known of the series of a part.
#[derive(Clone, Copy)]
pub(crate) struct Inferred<'a> {
    /// Whether it is one number, rather than series.
    pub(crate) is_scalar: bool,
    /// The labels that the series have, of those that the query names.
    pub(crate) has: LabelSet,
    /// The labels that they may have.
    pub(crate) may_have: LabelSet,
    /// What has the labels that the query does not name.
    pub(crate) others: Others,
    /// The metric whose values these are, also where they were summed or scaled.
    pub(crate) metric: &'a str,
    /// What the values are.
    pub(crate) values: Values,
    /// Which matchers are true of the labels.
    pub(crate) matched: Option<Matched<'a>>,
    /// The same in the rule whose record this is.
    pub(crate) recorded: Option<Matched<'a>>,
}

impl<'a> Inferred<'a> {
    /// Series without labels, or a number.
    pub(crate) const BARE: Self = Inferred {
        is_scalar: false,
        has: LabelSet::EMPTY,
        may_have: LabelSet::EMPTY,
        others: Others::None,
        metric: "",
        values: Values::Unknown,
        matched: None,
        recorded: None,
    };
    /// A number or a text.
    pub(crate) const SCALAR: Self = Inferred { is_scalar: true, ..Self::BARE };
    /// Series of which nothing is known.
    pub(crate) const UNKNOWN: Self =
        Inferred { may_have: LabelSet::ALL, others: Others::Of(Named::Foreign), ..Self::BARE };

    /// The labels of a set that no series has.
    pub(crate) const fn lacks(&self, labels: LabelSet) -> LabelSet {
        LabelSet(labels.0 & !(self.has.0 | self.may_have.0))
    }

    /// The selector whose matchers are true of a label of this part, in this query or in the rule whose record this is.
    pub(crate) const fn matched_on(&self, label: &str) -> Option<Selection<'a>> {
        match (&self.matched, &self.recorded) {
            (Some(matched), Some(recorded)) if matched.keeps(label) && recorded.keeps(label) => {
                Some(recorded.selection)
            }
            (Some(matched), None) if matched.keeps(label) => Some(matched.selection),
            _ => None,
        }
    }

    /// The selector whose matchers are true of some label of this part.
    pub(crate) const fn matched_by(&self) -> Option<Selection<'a>> {
        match (&self.matched, &self.recorded) {
            (Some(_), Some(recorded)) => Some(recorded.selection),
            (Some(matched), None) => Some(matched.selection),
            _ => None,
        }
    }

    /// The same series with some labels only.
    pub(crate) const fn keep(self, labels: LabelSet, others: bool) -> Self {
        let matched = match self.matched {
            Some(matched) => Some(matched.keep(labels, others)),
            None => None,
        };
        Inferred {
            has: LabelSet(self.has.0 & labels.0),
            may_have: LabelSet(self.may_have.0 & labels.0),
            others: if others { self.others } else { Others::None },
            matched,
            ..self
        }
    }

    /// The same series with a label that is there, is not, or may be.
    pub(crate) const fn with(self, context: &Context<'_>, label: &str, presence: LabelPresence) -> Self {
        let bit = context.names.find(label).0;
        let kept = self.keep(LabelSet(!bit), true);
        match presence {
            LabelPresence::Yes => Inferred { has: LabelSet(kept.has.0 | bit), ..kept },
            LabelPresence::Unknown => Inferred { may_have: LabelSet(kept.may_have.0 | bit), ..kept },
            LabelPresence::No => kept,
        }
    }
}

/// Series with some labels of those that they are joined with.
pub(crate) const fn joined<'a>(many: Inferred<'a>, one: Inferred<'a>, include: LabelSet) -> Inferred<'a> {
    let kept = many.keep(LabelSet(!include.0), true);
    Inferred {
        has: LabelSet(kept.has.0 | one.has.0 & include.0),
        may_have: LabelSet(kept.may_have.0 | one.may_have.0 & include.0),
        ..kept
    }
}

/// Series of both sides: what one has and the other lacks is not known.
pub(crate) const fn either<'a>(left: Inferred<'a>, right: Inferred<'a>) -> Inferred<'a> {
    let has = left.has.0 & right.has.0;
    let lack = !(left.has.0 | left.may_have.0) & !(right.has.0 | right.may_have.0);
    Inferred {
        has: LabelSet(has),
        may_have: LabelSet(!(has | lack)),
        others: either_of_others(&left, &right),
        matched: None,
        recorded: None,
        ..left
    }
}

const fn either_of_others(left: &Inferred<'_>, right: &Inferred<'_>) -> Others {
    if others_alike(left, right) {
        return left.others;
    }
    match (left.others, right.others) {
        (Others::None, Others::Of(named)) | (Others::Of(named), Others::None) => Others::Either(named, None),
        (Others::Of(named), Others::Of(other)) => Others::Either(named, Some(other)),
        // Of three and more it is not followed.
        _ => Others::Of(Named::Foreign),
    }
}

/// Whether the labels that the query does not name are surely the same.
pub(crate) const fn others_alike(left: &Inferred<'_>, right: &Inferred<'_>) -> bool {
    match (left.others, right.others) {
        (Others::None, Others::None) | (Others::Of(Named::Target), Others::Of(Named::Target)) => true,
        (Others::Of(one), Others::Of(other)) => match (family(one), family(other)) {
            (Some(family), Some(second)) => labelled_alike(family, second),
            _ => false,
        },
        _ => false,
    }
}

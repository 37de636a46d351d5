use cryptofunk_metrics_catalog::message::{Message, same};

use crate::{
    context::Context,
    findings::Findings,
    infer::presence,
    inferred::{Inferred, Others, Selection, others_alike},
    lint_rule::LintRule,
    named::family,
    names::LabelSet,
    node::{Grouping, Matching, Node, NodeRef, Span},
    possible::{Possible, never_meet},
    presence::LabelPresence,
};

/// An operator whose sides are selected by different values of a label. Whether it is one.
pub(crate) const fn other_values(context: &Context<'_>, sides: &Sides<'_>, found: &mut Findings<'_>) -> bool {
    let (Some(one), Some(other)) = (sides.left.1.matched_by(), sides.right.1.matched_by()) else { return false };
    differ(context, sides, one, found) || differ(context, sides, other, found)
}

/// Whether the sides differ in one of the labels that a selector has a matcher of.
const fn differ<'a>(
    context: &Context<'_>,
    sides: &Sides<'a>,
    selection: Selection<'a>,
    found: &mut Findings<'_>,
) -> bool {
    let mut left = selection.matchers;
    while let [matcher, rest @ ..] = left {
        let label = matcher.label;
        if sides.compares(context, label)
            && let (Some(one), Some(other)) = (sides.left.1.matched_on(label), sides.right.1.matched_on(label))
        {
            let one = Possible::of(context.schema, one, label);
            let other = Possible::of(context.schema, other, label);
            if never_meet(&one, &other) {
                let message = other_values_message(sides, label, one.text(0), other.text(0));
                found.add(LintRule::SidesNeverMatch, message, sides.span);
                return true;
            }
        }
        left = rest;
    }
    false
}

/// The two sides of an operator.
pub(crate) struct Sides<'a> {
    pub(crate) operator: &'a str,
    pub(crate) matching: Matching,
    /// The labels of the matching.
    pub(crate) labels: LabelSet,
    pub(crate) left: (NodeRef<'a>, &'a Inferred<'a>),
    pub(crate) right: (NodeRef<'a>, &'a Inferred<'a>),
    pub(crate) span: Span,
}

impl Sides<'_> {
    /// Whether a label must be equal on both sides.
    const fn compares(&self, context: &Context<'_>, label: &str) -> bool {
        let is_named = context.names.find(label).0 & self.labels.0 != 0;
        match self.matching {
            Matching::On => is_named,
            _ => !is_named && !same(label, "__name__"),
        }
    }
}

/// An operator of which only one side has a label.
pub(crate) const fn one_has(context: &Context<'_>, sides: &Sides<'_>, found: &mut Findings<'_>) {
    let Sides { labels: ignored, left: (_, left), right: (_, right), .. } = *sides;
    let differ = (left.has.0 | right.has.0) & !(left.has.0 & right.has.0);
    if differ & !(left.may_have.0 | right.may_have.0 | ignored.0) != 0 || !others_alike(left, right) {
        find_label(context, sides, found);
    }
}

/// Looks for the label. The compiler comes here only for sides that are not known to be alike.
const fn find_label(context: &Context<'_>, sides: &Sides<'_>, found: &mut Findings<'_>) {
    if grouped_alike(sides) {
        return;
    }
    let mut bit = 0;
    while bit < context.names.len() {
        if lacks(context, sides, context.names.get(bit), found) {
            return;
        }
        bit += 1;
    }
    if !lacks_any(context, sides, sides.left.1.others, found) {
        lacks_any(context, sides, sides.right.1.others, found);
    }
}

/// Whether both sides are grouped by the same labels: a label that one of them never had is told as lost.
const fn grouped_alike(sides: &Sides<'_>) -> bool {
    match (sides.left.0.get(), sides.right.0.get()) {
        (
            Node::Aggregate { grouping: Grouping::By, labels, .. },
            Node::Aggregate { grouping: Grouping::By, labels: others, .. },
        ) => labels.0 == others.0,
        _ => false,
    }
}

/// Finds one of the declared labels of a metric that all series of one side have and none of the other.
const fn lacks_any(context: &Context<'_>, sides: &Sides<'_>, others: Others, found: &mut Findings<'_>) -> bool {
    let Others::Of(named) = others else { return false };
    let Some(family) = family(named) else { return false };
    let mut labels = family.labels;
    while let [label, left @ ..] = labels {
        if lacks(context, sides, label.name, found) {
            return true;
        }
        labels = left;
    }
    false
}

/// Finds a label that all series of one side have and none of the other.
const fn lacks(context: &Context<'_>, sides: &Sides<'_>, label: &str, found: &mut Findings<'_>) -> bool {
    let Sides { operator, left: (_, left), right: (_, right), .. } = *sides;
    if !sides.compares(context, label) {
        return false;
    }
    let (with, without) = match (presence(context, left, label), presence(context, right, label)) {
        (LabelPresence::Yes, LabelPresence::No) => ("left", "right"),
        (LabelPresence::No, LabelPresence::Yes) => ("right", "left"),
        _ => return false,
    };
    found.add(LintRule::SidesNeverMatch, one_has_message(operator, label, with, without), sides.span);
    true
}

const fn other_values_message(
    sides: &Sides<'_>,
    label: &str,
    on_left: Option<&str>,
    on_right: Option<&str>,
) -> Message {
    let message =
        Message::new().push("the sides of `").push(sides.operator).push("` never match: `").push(label).push("` is ");
    let message = match (on_left, on_right) {
        (Some(on_left), Some(on_right)) => {
            message.push("`").push(on_left).push("` on the left and `").push(on_right).push("` on the right")
        }
        (Some(on_left), None) => message.push("`").push(on_left).push("` on the left, which it never is on the right"),
        (_, on_right) => {
            let value = match on_right {
                Some(on_right) => on_right,
                None => "",
            };
            message.push("`").push(value).push("` on the right, which it never is on the left")
        }
    };
    match sides.matching {
        Matching::On => message.push("; leave `").push(label).push("` out of `on (…)`, or ask for the same value"),
        _ => message.push("; add `ignoring (").push(label).push(")` or sum both sides"),
    }
}

const fn one_has_message(operator: &str, label: &str, with: &str, without: &str) -> Message {
    Message::new()
        .push("the sides of `")
        .push(operator)
        .push("` never match: only the ")
        .push(with)
        .push(" one has the label `")
        .push(label)
        .push("`, and all labels must be equal; group both sides alike, or say `on (…)` and perhaps `group_")
        .push(with)
        .push("`, or take `scalar(…)` of the ")
        .push(without)
        .push(" one")
}

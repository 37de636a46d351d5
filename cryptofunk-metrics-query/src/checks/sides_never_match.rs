use cryptofunk_metrics_catalog::message::{Message, same};

use crate::{
    context::Context,
    findings::Findings,
    infer::{Inferred, LabelPresence, others_alike},
    lint_rule::LintRule,
    named::{Named, named},
    names::{BUILT_IN, LabelSet},
    node::{Grouping, MatchOperator, Matcher, Node},
};

/// An operator whose sides are selected by different values of a label. Whether it is one.
pub(crate) const fn other_values(
    context: &Context<'_>,
    operator: &str,
    ignored: LabelSet,
    left: &Inferred<'_>,
    right: &Inferred<'_>,
    found: &mut Findings<'_>,
) -> bool {
    let (Some(Node::Selector { matchers: ones, .. }), Some(Node::Selector { matchers: others, .. })) =
        (left.selector, right.selector)
    else {
        return false;
    };
    let mut ones: &[Matcher<'_>] = ones;
    while let [one, ones_left @ ..] = ones {
        let mut left: &[Matcher<'_>] = others;
        while let [other, others_left @ ..] = left {
            if matches!((one.operator, other.operator), (MatchOperator::Equal, MatchOperator::Equal))
                && same(one.label, other.label)
                && !same(one.value, other.value)
                && context.names.find(one.label).0 & ignored.0 == 0
            {
                let message = other_values_message(operator, one.label, one.value, other.value);
                found.add(LintRule::SidesNeverMatch, message);
                return true;
            }
            left = others_left;
        }
        ones = ones_left;
    }
    false
}

/// Two sides that are matched by all their labels but some.
pub(crate) struct Sides<'a> {
    pub(crate) operator: &'a str,
    pub(crate) ignored: LabelSet,
    pub(crate) left: (&'a Node<'a>, &'a Inferred<'a>),
    pub(crate) right: (&'a Node<'a>, &'a Inferred<'a>),
}

/// An operator of which only one side has a label.
pub(crate) const fn one_has(context: &Context<'_>, sides: &Sides<'_>, found: &mut Findings<'_>) {
    let Sides { ignored, left: (_, left), right: (_, right), .. } = *sides;
    let differ = (left.has.0 | right.has.0) & !(left.has.0 & right.has.0);
    if differ & !(left.may_have.0 | right.may_have.0 | ignored.0) != 0 || !others_alike(left, right) {
        find_label(context, sides, found);
    }
}

/// Looks for the label. The compiler comes here only for sides that are not known to be alike.
const fn find_label(context: &Context<'_>, sides: &Sides<'_>, found: &mut Findings<'_>) {
    if !grouped_alike(sides)
        && !lacks(context, sides, BUILT_IN[0], found)
        && !lacks(context, sides, BUILT_IN[1], found)
        && !lacks(context, sides, BUILT_IN[2], found)
        && !lacks_any(context, sides, sides.left.0, found)
    {
        lacks_any(context, sides, sides.right.0, found);
    }
}

/// Whether both sides are grouped by the same labels: a label that one of them never had is told as lost.
const fn grouped_alike(sides: &Sides<'_>) -> bool {
    match (sides.left.0, sides.right.0) {
        (
            Node::Aggregate { grouping: Grouping::By, labels, .. },
            Node::Aggregate { grouping: Grouping::By, labels: others, .. },
        ) => labels.0 == others.0,
        _ => false,
    }
}

/// Finds one of the declared labels of the metrics in a part that all series of one side have and none of the other.
const fn lacks_any<'a>(context: &Context<'_>, sides: &Sides<'_>, node: &'a Node<'a>, found: &mut Findings<'_>) -> bool {
    match node {
        Node::Selector { metric, .. } => {
            let (Named::Series(family) | Named::Buckets(family)) = named(context.schema, metric) else { return false };
            let mut labels = family.labels;
            while let [label, left @ ..] = labels {
                if lacks(context, sides, label.name, found) {
                    return true;
                }
                labels = left;
            }
            false
        }
        Node::Number | Node::Text(_) => false,
        Node::Call { arguments, .. } => {
            let mut arguments: &[Node<'_>] = arguments;
            while let [argument, left @ ..] = arguments {
                if lacks_any(context, sides, argument, found) {
                    return true;
                }
                arguments = left;
            }
            false
        }
        Node::Aggregate { of, .. } | Node::Subquery(of) => lacks_any(context, sides, of, found),
        Node::Binary { left, right, .. } => {
            lacks_any(context, sides, left, found) || lacks_any(context, sides, right, found)
        }
    }
}

/// Finds a label that all series of one side have and none of the other.
const fn lacks(context: &Context<'_>, sides: &Sides<'_>, label: &str, found: &mut Findings<'_>) -> bool {
    let Sides { operator, ignored, left: (_, left), right: (_, right) } = *sides;
    if context.names.find(label).0 & ignored.0 != 0 {
        return false;
    }
    let (with, without) = match (left.presence(context, label), right.presence(context, label)) {
        (LabelPresence::Yes, LabelPresence::No) => ("left", "right"),
        (LabelPresence::No, LabelPresence::Yes) => ("right", "left"),
        _ => return false,
    };
    found.add(LintRule::SidesNeverMatch, one_has_message(operator, label, with, without));
    true
}

const fn other_values_message(operator: &str, label: &str, on_left: &str, on_right: &str) -> Message {
    Message::new()
        .push("the sides of `")
        .push(operator)
        .push("` never match: `")
        .push(label)
        .push("` is `")
        .push(on_left)
        .push("` on the left and `")
        .push(on_right)
        .push("` on the right; add `ignoring (")
        .push(label)
        .push(")` or sum both sides")
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

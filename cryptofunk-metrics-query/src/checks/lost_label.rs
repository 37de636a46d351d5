use cryptofunk_metrics_catalog::message::Message;

use crate::{
    context::Context,
    findings::Findings,
    infer::{infer, presence, selector},
    inferred::{Inferred, Selection},
    lint_rule::LintRule,
    named::{Named, family, named},
    names::LabelSet,
    node::{Grouping, Many, Matching, Node, NodeRef, Nodes},
    presence::LabelPresence,
    suggest::{Words, did_you_mean},
};

/// Grouping by a label that is not there, or not there any more.
pub(crate) const fn lost_in_grouping<'a>(
    context: &Context<'a>,
    node: &Node<'a>,
    inside: &Inferred<'a>,
    found: &mut Findings<'_>,
) {
    let Node::Aggregate { grouping, labels, of, .. } = *node else { return };
    let lost = lost_of(context, inside, labels);
    if lost.is_empty() {
        return;
    }
    if matches!(grouping, Grouping::By) {
        tell(context, "grouped by", lost, of, found);
    } else {
        tell_unknown(context, "grouped without", lost, of, found);
    }
}

/// Joining by a label that one side does not have, or joining with one that neither has. Whether one was found.
pub(crate) const fn lost_in_join<'a>(
    context: &Context<'a>,
    node: &Node<'a>,
    on_left: &Inferred<'a>,
    on_right: &Inferred<'a>,
    found: &mut Findings<'_>,
) -> bool {
    let Node::Binary { matching, labels, many, include, left, right, .. } = *node else { return false };
    let (lost_left, lost_right) = (lost_of(context, on_left, labels), lost_of(context, on_right, labels));
    let in_both = LabelSet(lost_left.0 & lost_right.0);
    let lost = if matches!(matching, Matching::On) { LabelSet(lost_left.0 | lost_right.0) } else { in_both };
    // What the one side lacks would be taken from the many.
    let (not_included, one, has) = match many {
        Many::Right => (lost_of(context, on_left, include), left, on_right.has),
        _ => (lost_of(context, on_right, include), right, on_left.has),
    };
    if lost.is_empty() && not_included.is_empty() {
        return false;
    }
    let before = found.len();
    if matches!(matching, Matching::On) {
        tell(context, "joined on", lost_left, left, found);
        tell(context, "joined on", LabelSet(lost_right.0 & !lost_left.0), right, found);
    } else {
        tell_unknown(context, "joined ignoring", in_both, left, found);
    }
    tell(context, "joined with", LabelSet(not_included.0 & !has.0), one, found);
    tell_wrong_side(context, many, LabelSet(not_included.0 & has.0), one, found);
    found.len() > before
}

/// The labels of a set that no series has. What a variable of a dashboard stands for may be any label.
const fn lost_of(context: &Context<'_>, of: &Inferred<'_>, labels: LabelSet) -> LabelSet {
    LabelSet(of.lacks(labels).0 & !context.names.variables.0)
}

const fn tell<'a>(context: &Context<'a>, how: &str, lost: LabelSet, of: NodeRef<'a>, found: &mut Findings<'_>) {
    let mut bit = 0;
    while bit < context.names.len() {
        if lost.0 >> bit & 1 == 1 {
            found.add(LintRule::LostLabel, message(context, how, context.names.get(bit), of), of.span());
        }
        bit += 1;
    }
}

/// The same of labels that are to be left out: if they are gone already, that does no harm, but the declared labels of a metric are
/// known, and another one is a mistake.
const fn tell_unknown<'a>(context: &Context<'a>, how: &str, lost: LabelSet, of: NodeRef<'a>, found: &mut Findings<'_>) {
    let mut bit = 0;
    while bit < context.names.len() {
        if lost.0 >> bit & 1 == 1 && never_had(context, context.names.get(bit), of) {
            tell(context, how, LabelSet(1 << bit), of, found);
        }
        bit += 1;
    }
}

/// Whether the first metric of a part is declared, and without the label.
const fn never_had<'a>(context: &Context<'a>, label: &str, mut node: NodeRef<'a>) -> bool {
    loop {
        node = match node.get() {
            Node::Selector { metric, matchers, .. } => {
                let named = named(context.schema, metric);
                let series = selector(context, Selection { metric, matchers }, named);
                return family(named).is_some() && matches!(presence(context, &series, label), LabelPresence::No);
            }
            Node::Call { arguments, .. } => match first_series(context, arguments) {
                Some(inner) => inner,
                None => return false,
            },
            Node::Subquery { of, .. } | Node::Aggregate { of, .. } => of,
            Node::Binary { left, right, .. } => {
                if infer(context, left).is_scalar {
                    right
                } else {
                    left
                }
            }
            Node::Number(_) | Node::Text(_) => return false,
        };
    }
}

const fn tell_wrong_side<'a>(
    context: &Context<'a>,
    many: Many,
    wrong: LabelSet,
    one: NodeRef<'a>,
    found: &mut Findings<'_>,
) {
    let mut bit = 0;
    while bit < context.names.len() {
        if wrong.0 >> bit & 1 == 1 {
            found.add(LintRule::LostLabel, wrong_side_message(many, context.names.get(bit)), one.span());
        }
        bit += 1;
    }
}

const fn wrong_side_message(many: Many, label: &str) -> Message {
    let (word, one, other) = match many {
        Many::Right => ("group_right", "left", "group_left"),
        _ => ("group_left", "right", "group_right"),
    };
    Message::new()
        .push("joined with `")
        .push(label)
        .push("`, which `")
        .push(word)
        .push("` takes from the ")
        .push(one)
        .push(" side, but only the other side has it: it is lost; leave it out, or say `")
        .push(other)
        .push("`")
}

/// It never had the label, or has lost it.
const fn message<'a>(context: &Context<'a>, how: &str, label: &str, of: NodeRef<'a>) -> Message {
    let message = Message::new().push(how).push(" `").push(label).push("`, which ");
    let mut node = of;
    loop {
        match node.get() {
            Node::Selector { metric, .. } => match named(context.schema, metric) {
                Named::Series(family) | Named::Buckets(family) => {
                    let message = message.push("`").push(metric).push("` does not have");
                    return did_you_mean(message, label, Words::Labels(family));
                }
                _ => return message.push("`").push(metric).push("` does not have"),
            },
            Node::Call { arguments, .. } => match first_series(context, arguments) {
                Some(inner) => node = inner,
                None => return message.push("is not there"),
            },
            Node::Subquery { of: inner, .. } => node = inner,
            Node::Aggregate { grouping, of, .. }
                if !matches!(presence(context, &infer(context, of), label), LabelPresence::No) =>
            {
                let message = message.push("is gone: the aggregation inside does not keep it; ");
                return message.push(match grouping {
                    Grouping::Without => "take it out of its `without (…)`",
                    _ => "add it to its `by (…)`",
                });
            }
            Node::Aggregate { of, .. } => node = of,
            Node::Binary { left, right, .. } => node = if infer(context, left).is_scalar { right } else { left },
            Node::Number(_) | Node::Text(_) => return message.push("a number does not have"),
        }
    }
}

/// The first argument that is series.
const fn first_series<'a>(context: &Context<'a>, arguments: Nodes<'a>) -> Option<NodeRef<'a>> {
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        if !infer(context, argument).is_scalar {
            return Some(argument);
        }
        at += 1;
    }
    None
}

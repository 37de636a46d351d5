use cryptofunk_metrics_catalog::message::Message;

use crate::{
    context::Context,
    findings::Findings,
    infer::{Inferred, LabelPresence, infer},
    lint_rule::LintRule,
    named::{Named, named},
    names::LabelSet,
    node::{Grouping, Matching, Node},
    suggest::{Words, did_you_mean},
};

/// Grouping by a label that is not there, or not there any more.
pub(crate) const fn lost_in_grouping<'a>(
    context: &Context<'a>,
    node: &'a Node<'a>,
    inside: &Inferred<'a>,
    found: &mut Findings<'_>,
) {
    let Node::Aggregate { grouping, labels, of, .. } = node else { return };
    let lost = inside.lacks(*labels);
    if !lost.is_empty() {
        let how = if matches!(grouping, Grouping::By) { "grouped by" } else { "grouped without" };
        tell(context, how, lost, of, found);
    }
}

/// Joining by a label that one side does not have, or joining with one that neither has. Whether one was found.
pub(crate) const fn lost_in_join<'a>(
    context: &Context<'a>,
    node: &'a Node<'a>,
    on_left: &Inferred<'a>,
    on_right: &Inferred<'a>,
    found: &mut Findings<'_>,
) -> bool {
    let Node::Binary { matching, labels, include, left, right, .. } = node else { return false };
    let (lost_left, lost_right) = (on_left.lacks(*labels), on_right.lacks(*labels));
    let in_both = LabelSet(lost_left.0 & lost_right.0);
    let lost = if matches!(matching, Matching::On) { LabelSet(lost_left.0 | lost_right.0) } else { in_both };
    let not_included = LabelSet(on_left.lacks(*include).0 & on_right.lacks(*include).0);
    if lost.is_empty() && not_included.is_empty() {
        return false;
    }
    let before = found.len();
    if matches!(matching, Matching::On) {
        tell(context, "joined on", lost_left, left, found);
        tell(context, "joined on", LabelSet(lost_right.0 & !lost_left.0), right, found);
    } else {
        tell(context, "joined ignoring", in_both, left, found);
    }
    tell(context, "joined with", not_included, right, found);
    found.len() > before
}

const fn tell<'a>(context: &Context<'a>, how: &str, lost: LabelSet, of: &'a Node<'a>, found: &mut Findings<'_>) {
    let mut bit = 0;
    while bit < context.names.len() {
        if lost.0 >> bit & 1 == 1 {
            found.add(LintRule::LostLabel, message(context, how, context.names.get(bit), of));
        }
        bit += 1;
    }
}

/// It never had the label, or has lost it.
const fn message<'a>(context: &Context<'a>, how: &str, label: &str, of: &'a Node<'a>) -> Message {
    let message = Message::new().push(how).push(" `").push(label).push("`, which ");
    let mut node = of;
    loop {
        match node {
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
            Node::Subquery(inner) => node = inner,
            Node::Aggregate { of, .. } if matches!(infer(context, of).presence(context, label), LabelPresence::Yes) => {
                return message.push("is gone: the aggregation inside does not keep it; add it to its `by (…)`");
            }
            Node::Aggregate { of, .. } => node = of,
            Node::Binary { left, right, .. } => node = if infer(context, left).is_scalar { right } else { left },
            Node::Number | Node::Text(_) => return message.push("a number does not have"),
        }
    }
}

/// The first argument that is series.
const fn first_series<'a>(context: &Context<'a>, mut arguments: &'a [Node<'a>]) -> Option<&'a Node<'a>> {
    while let [argument, left @ ..] = arguments {
        if !infer(context, argument).is_scalar {
            return Some(argument);
        }
        arguments = left;
    }
    None
}

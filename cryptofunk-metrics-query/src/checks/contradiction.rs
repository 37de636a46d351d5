use cryptofunk_metrics_catalog::message::Message;

use crate::{
    findings::Findings,
    lint_rule::LintRule,
    node::{Matcher, Node},
    possible::{Possible, never_meet},
    schema::Schema,
};

/// Matchers of one label that no value fits all of.
pub(crate) const fn contradiction<'a>(schema: &Schema, selector: &'a Node<'a>, found: &mut Findings<'_>) {
    let Node::Selector { matchers, .. } = selector else { return };
    let mut left: &'a [Matcher<'a>] = matchers;
    while let [matcher, rest @ ..] = left {
        let possible = Possible::of(schema, selector, matcher.label);
        if possible.len() > 1
            && never_meet(&possible, &possible)
            && let (Some(first), Some(second)) = (possible.text(0), possible.text(1))
        {
            found.add(LintRule::UnknownValue, message(matcher.label, first, second), matcher.span);
        }
        left = rest;
    }
}

const fn message(label: &str, first: &str, second: &str) -> Message {
    Message::new()
        .push("no series fits all matchers of `")
        .push(label)
        .push("`, `")
        .push(first)
        .push("` and `")
        .push(second)
        .push("`: they contradict each other")
}

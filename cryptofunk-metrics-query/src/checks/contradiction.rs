use cryptofunk_metrics_catalog::message::Message;

use crate::{
    findings::Findings,
    inferred::Selection,
    lint_rule::LintRule,
    possible::{Possible, never_meet},
    schema::Schema,
};

/// Matchers of one label that no value fits all of.
pub(crate) const fn contradiction<'a>(schema: &Schema, selection: Selection<'a>, found: &mut Findings<'_>) {
    let mut left = selection.matchers;
    while let [matcher, rest @ ..] = left {
        let possible = Possible::of(schema, selection, matcher.label);
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

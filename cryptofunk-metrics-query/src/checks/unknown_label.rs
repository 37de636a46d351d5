use cryptofunk_metrics_catalog::{
    descriptor::MetricDescriptor,
    message::{Message, contains},
};

use crate::{
    findings::Findings,
    lint_rule::LintRule,
    node::{ANY, Matcher},
    possible::admits,
    suggest::{Words, did_you_mean},
};

/// A matcher on a label that the metric does not have; the message lists those that it has.
pub(crate) const fn unknown_label<'a>(
    family: &'static MetricDescriptor,
    matcher: &'a Matcher<'a>,
    found: &mut Findings<'_>,
) {
    if leaves_none(matcher) {
        found.add(LintRule::UnknownLabel, message(family, matcher.label), matcher.span);
    }
}

/// A matcher on a label that the rules of a record do not keep.
pub(crate) const fn unknown_label_of_record<'a>(metric: &str, matcher: &'a Matcher<'a>, found: &mut Findings<'_>) {
    if leaves_none(matcher) {
        found.add(LintRule::UnknownLabel, message_of_record(metric, matcher.label), matcher.span);
    }
}

/// Whether series without the label do not match: a label that is not there is an empty one.
const fn leaves_none(matcher: &Matcher<'_>) -> bool {
    !(admits(matcher, "") || contains(matcher.value, ANY))
}

const fn message(family: &'static MetricDescriptor, label: &str) -> Message {
    let message = Message::new().push("`").push(family.name).push("` has no label `").push(label).push("`");
    let message = did_you_mean(message, label, Words::Labels(family));
    let mut message = message.push(" (labels: ");
    let mut i = 0;
    while i < family.labels.len() {
        message = message.push("`").push(family.labels[i].name).push("`, ");
        i += 1;
    }
    message.push("and the target's `job` and `instance`)")
}

const fn message_of_record(metric: &str, label: &str) -> Message {
    Message::new()
        .push("`")
        .push(metric)
        .push("` has no label `")
        .push(label)
        .push("`: the recording rule does not keep it; add it to the rule's grouping")
}

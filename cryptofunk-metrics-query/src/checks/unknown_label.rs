use cryptofunk_metrics_catalog::{descriptor::MetricDescriptor, message::Message};

use crate::{
    findings::Findings,
    lint_rule::LintRule,
    suggest::{Words, did_you_mean},
};

/// A matcher on a label that the metric does not have; the message lists those that it has.
pub(crate) const fn unknown_label(family: &'static MetricDescriptor, label: &str, found: &mut Findings<'_>) {
    let message = Message::new().push("`").push(family.name).push("` has no label `").push(label).push("`");
    let message = did_you_mean(message, label, Words::Labels(family));
    let mut message = message.push(" (labels: ");
    let mut i = 0;
    while i < family.labels.len() {
        message = message.push("`").push(family.labels[i].name).push("`, ");
        i += 1;
    }
    found.add(LintRule::UnknownLabel, message.push("and the target's `job` and `instance`)"));
}

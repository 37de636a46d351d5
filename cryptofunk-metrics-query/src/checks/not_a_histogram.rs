use cryptofunk_metrics_catalog::{descriptor::MetricDescriptor, message::Message};

use crate::{findings::Findings, lint_rule::LintRule, node::Span};

/// `_bucket`, `_sum` or `_count` of what is no histogram.
pub(crate) const fn not_a_histogram(
    family: &'static MetricDescriptor,
    metric: &str,
    span: Span,
    found: &mut Findings<'_>,
) {
    let message = Message::new()
        .push("`")
        .push(metric)
        .push("` does not exist: `")
        .push(family.name)
        .push("` is a ")
        .push(family.kind.as_str())
        .push(", and only histograms have `_bucket`, `_sum` and `_count`");
    found.add(LintRule::NotAHistogram, message, span);
}

use cryptofunk_metrics_catalog::{descriptor::MetricDescriptor, message::Message};

use crate::{findings::Findings, inferred::Inferred, lint_rule::LintRule, node::Span, values::Values};

/// A histogram by its bare name, which has series only if it is native.
pub(crate) const fn bare_histogram(family: &'static MetricDescriptor, span: Span, found: &mut Findings<'_>) {
    found.add(LintRule::BareHistogram, message(family.name), span);
}

const fn message(name: &str) -> Message {
    Message::new()
        .push("the histogram `")
        .push(name)
        .push("` has no series of this name; ask for its `_bucket`, `_sum` or `_count`")
}

/// A histogram that is compared with a number: a native one is no number, and others have no series of this name.
pub(crate) const fn compared_histogram(operator: &str, series: &Inferred<'_>, span: Span, found: &mut Findings<'_>) {
    if matches!(series.values, Values::Histogram)
        && matches!(operator.as_bytes(), b"==" | b"!=" | b">" | b"<" | b">=" | b"<=" | b"+" | b"-" | b"%" | b"^")
    {
        found.add(LintRule::BareHistogram, compared_message(series.metric, operator), span);
    }
}

const fn compared_message(name: &str, operator: &str) -> Message {
    Message::new()
        .push("the histogram `")
        .push(name)
        .push("` stands beside a number at `")
        .push(operator)
        .push("`, but it is no number; take `histogram_count(…)`, `histogram_avg(…)` or `histogram_quantile(…)` of a native one, or its `_bucket`, `_sum` or `_count`")
}

use cryptofunk_metrics_catalog::{descriptor::MetricDescriptor, message::Message};

use crate::{findings::Findings, lint_rule::LintRule};

/// A histogram by its bare name.
pub(crate) const fn bare_histogram(family: &'static MetricDescriptor, found: &mut Findings<'_>) {
    let message = Message::new()
        .push("the histogram `")
        .push(family.name)
        .push("` has no series of this name; ask for its `_bucket`, `_sum` or `_count`");
    found.add(LintRule::BareHistogram, message);
}

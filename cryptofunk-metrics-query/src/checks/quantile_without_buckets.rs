use cryptofunk_metrics_catalog::message::Message;

use crate::{
    findings::Findings,
    infer::Inferred,
    lint_rule::LintRule,
    named::{Named, named},
    names::LabelSet,
    schema::Schema,
};

/// A quantile of what has no buckets, or has lost them.
pub(crate) const fn quantile_without_buckets(
    schema: &Schema,
    function: &str,
    of: &Inferred<'_>,
    found: &mut Findings<'_>,
) {
    if matches!(function.as_bytes(), b"histogram_quantile") && !of.lacks(LabelSet::LE).is_empty() {
        found.add(LintRule::QuantileWithoutBuckets, message(schema, of.metric));
    }
}

const fn message(schema: &Schema, metric: &str) -> Message {
    match named(schema, metric) {
        Named::Buckets(_) => Message::new()
            .push("`histogram_quantile` needs the label `le`, which was summed away from `")
            .push(metric)
            .push("`; add it to the grouping: `sum by (le, …) (…)`"),
        _ => Message::new()
            .push("`histogram_quantile` needs the buckets of a histogram, `…_bucket`, which alone have the label `le`"),
    }
}

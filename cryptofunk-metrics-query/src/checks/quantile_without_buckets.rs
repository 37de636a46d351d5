use cryptofunk_metrics_catalog::message::{Message, ends_with};

use crate::{
    findings::Findings,
    inferred::Inferred,
    lint_rule::LintRule,
    named::{Named, named},
    names::LabelSet,
    node::Span,
    schema::Schema,
    values::Values,
};

/// A quantile of what has no buckets, or has lost them. A native histogram has them inside.
pub(crate) const fn quantile_without_buckets(
    schema: &Schema,
    function: &str,
    of: &Inferred<'_>,
    span: Span,
    found: &mut Findings<'_>,
) {
    if !matches!(function.as_bytes(), b"histogram_quantile" | b"histogram_quantiles") {
        return;
    }
    match named(schema, of.metric) {
        Named::Buckets(family) if family.native.is_some() && family.buckets.is_empty() => {
            found.add(LintRule::QuantileWithoutBuckets, only_native_message(family.name), span);
        }
        _ if !of.lacks(LabelSet::LE).is_empty() => tell(schema, of, span, found),
        _ => {}
    }
}

const fn only_native_message(name: &str) -> Message {
    Message::new()
        .push("`")
        .push(name)
        .push("` declares no buckets, for it is a native histogram; take the quantile of the histogram itself: `histogram_quantile(…, sum (rate(")
        .push(name)
        .push("[…])))`")
}

const fn tell(schema: &Schema, of: &Inferred<'_>, span: Span, found: &mut Findings<'_>) {
    let had = has_buckets(schema, of.metric);
    let is_certain = match of.values {
        Values::Histogram => false,
        Values::Unknown => {
            had || !matches!(named(schema, of.metric), Named::Foreign | Named::Record(_) | Named::Native(_))
        }
        _ => true,
    };
    if is_certain {
        found.add(LintRule::QuantileWithoutBuckets, message(had, of.metric), span);
    }
}

const fn has_buckets(schema: &Schema, metric: &str) -> bool {
    match named(schema, metric) {
        Named::Buckets(_) => true,
        Named::Foreign => ends_with(metric, "_bucket"),
        _ => false,
    }
}

const fn message(had: bool, metric: &str) -> Message {
    match had {
        true => Message::new()
            .push("`histogram_quantile` needs the label `le`, which was summed away from `")
            .push(metric)
            .push("`; add it to the grouping: `sum by (le, …) (…)`"),
        false => Message::new()
            .push("`histogram_quantile` needs the buckets of a histogram, `…_bucket`, which alone have the label `le`"),
    }
}

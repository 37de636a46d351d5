//! The walk through a query: each part is inferred from those inside it, and checked with them. Every mistake is told.

use cryptofunk_metrics_catalog::{
    descriptor::MetricDescriptor,
    message::{contains, same},
};

use crate::{
    checks,
    context::Context,
    findings::Findings,
    infer::{self, presence},
    inferred::{Inferred, Selection},
    named::{Named, declared, named},
    node::{ANY, Matcher, Matching, Node, NodeRef, Span},
    presence::LabelPresence,
};

#[cfg(all(test, feature = "parse"))]
mod tests;

/// Checks a part, inner ones first, and answers what its series are.
pub(crate) const fn check<'a>(context: &Context<'a>, node: NodeRef<'a>, found: &mut Findings<'_>) -> Inferred<'a> {
    let node = node.get();
    match node {
        Node::Number(_) | Node::Text(_) => Inferred::SCALAR,
        Node::Selector { metric, matchers, span, .. } => {
            let named = named(context.schema, metric);
            let selection = Selection { metric, matchers };
            let series = infer::selector(context, selection, named);
            selector(context, named, selection, span, &series, found);
            series
        }
        Node::Subquery { of, .. } => check(context, of, found),
        Node::Call { function, arguments, .. } => {
            let (mut of, mut at) = (None, 0);
            while let Some(argument) = arguments.get(at) {
                let argument = check(context, argument, found);
                if of.is_none() && !argument.is_scalar {
                    of = Some(argument);
                }
                at += 1;
            }
            if let Some(of) = &of {
                call(context, &node, of, found);
            }
            infer::call(context, function, arguments, of)
        }
        Node::Aggregate { operator, parameter, of, span, .. } => {
            check(context, parameter, found);
            if let Node::Number(quantile) = parameter.get() {
                checks::quantile_out_of_range(operator, quantile, span, found);
            }
            let of = check(context, of, found);
            checks::lost_in_grouping(context, &node, &of, found);
            infer::aggregate(context, &node, of)
        }
        Node::Binary { left, right, .. } => {
            let (left, right) = (check(context, left, found), check(context, right, found));
            binary(context, &node, &left, &right, found);
            infer::binary(&node, left, right)
        }
    }
}

const fn call<'a>(context: &Context<'a>, node: &Node<'a>, of: &Inferred<'a>, found: &mut Findings<'_>) {
    let Node::Call { function, arguments, span } = *node else { return };
    checks::rate_of_gauge(function, of, span, found);
    checks::rate_of_sum(function, of, span, found);
    checks::delta_of_counter(function, of, span, found);
    checks::quantile_without_buckets(context.schema, function, of, span, found);
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        let argument = argument.get();
        match argument {
            Node::Selector { .. } => checks::short_range(context.schema, function, &argument, found),
            Node::Number(quantile) => checks::quantile_out_of_range(function, quantile, span, found),
            _ => {}
        }
        at += 1;
    }
}

const fn selector<'a>(
    context: &Context<'a>,
    named: Named,
    selection: Selection<'a>,
    span: Span,
    series: &Inferred<'a>,
    found: &mut Findings<'_>,
) {
    let Selection { metric, matchers } = selection;
    let schema = context.schema;
    match named {
        Named::Nothing => return checks::unknown_metric(schema, metric, span, found),
        Named::NoRecord => return checks::undefined_record(schema, metric, span, found),
        Named::NoHistogram(family) => return checks::not_a_histogram(family, metric, span, found),
        Named::Bare(family) => return checks::bare_histogram(family, span, found),
        _ => {}
    }
    if matchers.is_empty() {
        return;
    }
    let before = found.len();
    match named {
        Named::Series(family) | Named::Native(family) => self::matchers(context, family, matchers, false, found),
        Named::Buckets(family) => self::matchers(context, family, matchers, true, found),
        Named::Record(_) => matchers_of_record(context, metric, matchers, series, found),
        _ => {}
    }
    if matchers.len() > 1 && found.len() == before {
        checks::contradiction(schema, selection, found);
    }
}

const fn matchers<'a>(
    context: &Context<'_>,
    family: &'static MetricDescriptor,
    mut matchers: &'a [Matcher<'a>],
    is_buckets: bool,
    found: &mut Findings<'_>,
) {
    while let [matcher, left @ ..] = matchers {
        let label = matcher.label;
        match declared(family, label) {
            Some(_) if context.schema.is_target_label(label) => {}
            Some(descriptor) => checks::unknown_value(context.schema, family, descriptor, matcher, found),
            None if is_buckets && same(label, "le") => checks::unknown_bucket(family, matcher, found),
            None if context.schema.is_target_label(label) || contains(label, ANY) || same(label, "__name__") => {}
            None => checks::unknown_label(family, matcher, found),
        }
        matchers = left;
    }
}

const fn matchers_of_record<'a>(
    context: &Context<'a>,
    metric: &str,
    mut matchers: &'a [Matcher<'a>],
    series: &Inferred<'a>,
    found: &mut Findings<'_>,
) {
    while let [matcher, left @ ..] = matchers {
        // An empty label is not there since the matcher says so.
        if !matcher.value.is_empty() && matches!(presence(context, series, matcher.label), LabelPresence::No) {
            checks::unknown_label_of_record(metric, matcher, found);
        }
        matchers = left;
    }
}

const fn binary<'a>(
    context: &Context<'a>,
    node: &Node<'a>,
    on_left: &Inferred<'a>,
    on_right: &Inferred<'a>,
    found: &mut Findings<'_>,
) {
    let Node::Binary { operator, matching, labels, left, right, span, .. } = *node else { return };
    if on_right.is_scalar {
        return compared(operator, on_left, left, found);
    }
    if on_left.is_scalar {
        return compared(operator, on_right, right, found);
    }
    if checks::lost_in_join(context, node, on_left, on_right, found) || matches!(operator.as_bytes(), b"or") {
        return;
    }
    let sides = checks::Sides { operator, matching, labels, left: (left, on_left), right: (right, on_right), span };
    if checks::other_values(context, &sides, found)
        || matches!(matching, Matching::On)
        || checks::same_series(&sides, found)
    {
        return;
    }
    checks::one_has(context, &sides, found);
}

/// Series beside a number.
const fn compared<'a>(operator: &str, series: &Inferred<'a>, node: NodeRef<'a>, found: &mut Findings<'_>) {
    checks::bare_counter(operator, series, node.span(), found);
    checks::compared_histogram(operator, series, node.span(), found);
}

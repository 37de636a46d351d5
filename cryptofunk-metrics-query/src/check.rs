//! The walk through a query: each part is inferred from those inside it, and checked with them. Every mistake is told.

use cryptofunk_metrics_catalog::{
    descriptor::MetricDescriptor,
    message::{contains, same},
};

use crate::{
    checks,
    context::Context,
    findings::Findings,
    infer::{self, Inferred},
    named::{Named, declared, named},
    node::{ANY, Matcher, Matching, Node},
};

/// Checks a part, inner ones first, and answers what its series are.
pub(crate) const fn check<'a>(context: &Context<'a>, node: &'a Node<'a>, found: &mut Findings<'_>) -> Inferred<'a> {
    match node {
        Node::Number | Node::Text(_) => Inferred::SCALAR,
        Node::Selector { metric, matchers, range_ms } => {
            let named = named(context.schema, metric);
            selector(context, named, metric, matchers, *range_ms, found);
            infer::selector(context, node, named)
        }
        Node::Subquery(inner) => infer::subquery(check(context, inner, found)),
        Node::Call { function, arguments } => {
            let mut of = None;
            let mut left: &[Node<'a>] = arguments;
            while let [argument, rest @ ..] = left {
                let argument = check(context, argument, found);
                if of.is_none() && !argument.is_scalar {
                    of = Some(argument);
                }
                left = rest;
            }
            if let Some(of) = &of {
                checks::rate_of_gauge(function, of, found);
                checks::delta_of_counter(function, of, found);
                checks::quantile_without_buckets(context.schema, function, of, found);
            }
            infer::call(context, function, arguments, of)
        }
        Node::Aggregate { parameter, of, .. } => {
            check(context, parameter, found);
            let of = check(context, of, found);
            checks::lost_in_grouping(context, node, &of, found);
            infer::aggregate(context, node, of)
        }
        Node::Binary { left, right, .. } => {
            let (left, right) = (check(context, left, found), check(context, right, found));
            binary(context, node, &left, &right, found);
            infer::binary(node, left, right)
        }
    }
}

const fn selector<'a>(
    context: &Context<'_>,
    named: Named,
    metric: &'a str,
    matchers: &'a [Matcher<'a>],
    range_ms: u64,
    found: &mut Findings<'_>,
) {
    let schema = context.schema;
    match named {
        Named::Nothing => return checks::unknown_metric(schema, metric, found),
        Named::NoRecord => return checks::undefined_record(schema, metric, found),
        Named::NoHistogram(family) => return checks::not_a_histogram(family, metric, found),
        Named::Bare(family) => return checks::bare_histogram(family, found),
        _ => {}
    }
    checks::short_range(schema, metric, range_ms, found);
    match named {
        Named::Series(family) => self::matchers(context, family, matchers, false, found),
        Named::Buckets(family) => self::matchers(context, family, matchers, true, found),
        _ => {}
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
            None if is_buckets && same(label, "le") => {}
            None if context.schema.is_target_label(label) || contains(label, ANY) => {}
            None => checks::unknown_label(family, label, found),
        }
        matchers = left;
    }
}

const fn binary<'a>(
    context: &Context<'a>,
    node: &'a Node<'a>,
    on_left: &Inferred<'a>,
    on_right: &Inferred<'a>,
    found: &mut Findings<'_>,
) {
    let Node::Binary { operator, matching, labels, left, right, .. } = node else { return };
    if on_right.is_scalar {
        return checks::bare_counter(operator, on_left, found);
    }
    if on_left.is_scalar {
        return checks::bare_counter(operator, on_right, found);
    }
    if checks::lost_in_join(context, node, on_left, on_right, found)
        || matches!(matching, Matching::On)
        || matches!(operator.as_bytes(), b"or")
        || checks::other_values(context, operator, *labels, on_left, on_right, found)
        || checks::same_series(operator, *labels, on_left, on_right, found)
    {
        return;
    }
    let sides = checks::Sides { operator, ignored: *labels, left: (left, on_left), right: (right, on_right) };
    checks::one_has(context, &sides, found);
}

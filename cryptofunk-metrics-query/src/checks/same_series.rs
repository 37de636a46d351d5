use cryptofunk_metrics_catalog::message::{Message, same};

use crate::{
    findings::Findings,
    infer::{Inferred, is_arithmetic},
    lint_rule::LintRule,
    names::LabelSet,
    node::Node,
};

/// An operator of which each series meets itself alone. Whether it is one.
pub(crate) const fn same_series(
    operator: &str,
    ignored: LabelSet,
    left: &Inferred<'_>,
    right: &Inferred<'_>,
    found: &mut Findings<'_>,
) -> bool {
    if let (
        Some(Node::Selector { metric, matchers: ones, .. }),
        Some(Node::Selector { metric: other, matchers: others, .. }),
    ) = (left.selector, right.selector)
        && ones.len() != others.len()
        && ignored.is_empty()
        && is_arithmetic(operator)
        && same(metric, other)
    {
        found.add(LintRule::SameSeries, message(operator, metric));
        return true;
    }
    false
}

const fn message(operator: &str, metric: &str) -> Message {
    Message::new()
        .push("every series of `")
        .push(metric)
        .push("` on one side of `")
        .push(operator)
        .push("` meets only itself on the other, since all labels must be equal: sum both sides first, as in `sum by (…) (…) ")
        .push(operator)
        .push(" sum by (…) (…)`")
}

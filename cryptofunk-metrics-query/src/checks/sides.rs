//! Whether the series of an operator's two sides can meet.

use cryptofunk_metrics_catalog::{descriptor::MetricDescriptor, message::same};

use crate::{
    findings::Findings,
    labels::{Has, Named, TARGET, declared, first_vector, has, is_arithmetic, listed, named},
    lint_rule::LintRule,
    messages as says,
    node::{Grouping, MatchOperator, Matcher, Node},
    schema::Schema,
};

/// Two sides whose series can never have equal labels, or that can only be the same series.
pub(crate) const fn never_meet<'a>(
    schema: &Schema,
    operator: &'a str,
    ignored: &'a [&'a str],
    left: &'a Node<'a>,
    right: &'a Node<'a>,
    found: &mut Findings<'_>,
) {
    if let (Some((metric, ones)), Some((other, others))) = (plain(left), plain(right)) {
        let mut i = 0;
        while i < ones.len() {
            let one = &ones[i];
            let mut j = 0;
            while j < others.len() {
                let both_equal =
                    matches!(one.operator, MatchOperator::Equal) && matches!(others[j].operator, MatchOperator::Equal);
                if both_equal
                    && same(one.label, others[j].label)
                    && !same(one.value, others[j].value)
                    && !listed(ignored, one.label)
                {
                    let message = says::other_values(operator, one.label, one.value, others[j].value);
                    return found.add(LintRule::SidesNeverMatch, message);
                }
                j += 1;
            }
            i += 1;
        }
        if same(metric, other) && is_arithmetic(operator) && ignored.is_empty() && ones.len() != others.len() {
            return found.add(LintRule::SameSeries, says::same_series(operator, metric));
        }
        if let (Named::Series(family), Named::Series(second)) = (named(schema, metric), named(schema, other))
            && labelled_alike(family, second)
        {
            return;
        }
    }
    if grouped_alike(left, right) {
        return;
    }
    let sides = Sides { schema, operator, ignored, left, right };
    if !lacks(&sides, TARGET[0], found)
        && !lacks(&sides, TARGET[1], found)
        && !lacks(&sides, "le", found)
        && !lacks_any(&sides, left, found)
    {
        lacks_any(&sides, right, found);
    }
}

/// Whether two families have the same labels.
const fn labelled_alike(family: &'static MetricDescriptor, second: &'static MetricDescriptor) -> bool {
    let mut labels = family.labels;
    while let [label, left @ ..] = labels {
        if declared(second, label.name).is_none() {
            return false;
        }
        labels = left;
    }
    family.labels.len() == second.labels.len()
}

/// Whether both sides are grouped by the same labels, and so have the same.
const fn grouped_alike<'a>(left: &'a Node<'a>, right: &'a Node<'a>) -> bool {
    let (
        Node::Aggregate { grouping: Grouping::By, labels, .. },
        Node::Aggregate { grouping: Grouping::By, labels: others, .. },
    ) = (left, right)
    else {
        return false;
    };
    let mut i = 0;
    while i < labels.len() {
        if !listed(others, labels[i]) {
            return false;
        }
        i += 1;
    }
    labels.len() == others.len()
}

/// Two sides that are matched by all their labels but some.
struct Sides<'a> {
    schema: &'a Schema,
    operator: &'a str,
    ignored: &'a [&'a str],
    left: &'a Node<'a>,
    right: &'a Node<'a>,
}

/// Finds one of the declared labels of the metrics in a part that all series of one side have and none of the other.
const fn lacks_any<'a>(sides: &Sides<'_>, node: &'a Node<'a>, found: &mut Findings<'_>) -> bool {
    match node {
        Node::Selector { metric, .. } => {
            let (Named::Series(family) | Named::Buckets(family)) = named(sides.schema, metric) else { return false };
            let mut labels = family.labels;
            while let [label, left @ ..] = labels {
                if lacks(sides, label.name, found) {
                    return true;
                }
                labels = left;
            }
            false
        }
        Node::Number | Node::Text(_) => false,
        Node::Call { arguments, .. } => match first_vector(arguments) {
            Some(of) => lacks_any(sides, of, found),
            None => false,
        },
        Node::Aggregate { of, .. } | Node::Subquery(of) => lacks_any(sides, of, found),
        Node::Binary { left, right, .. } => lacks_any(sides, left, found) || lacks_any(sides, right, found),
    }
}

/// Finds a label that all series of one side have and none of the other.
const fn lacks(sides: &Sides<'_>, label: &str, found: &mut Findings<'_>) -> bool {
    let Sides { schema, operator, ignored, left, right } = sides;
    if listed(ignored, label) {
        return false;
    }
    let (with, without) = match (has(schema, left, label), has(schema, right, label)) {
        (Has::Yes, Has::No) => ("left", "right"),
        (Has::No, Has::Yes) => ("right", "left"),
        _ => return false,
    };
    found.add(LintRule::SidesNeverMatch, says::one_has(operator, label, with, without));
    true
}

/// The one selector of a part that keeps all its labels.
const fn plain<'a>(node: &'a Node<'a>) -> Option<(&'a str, &'a [Matcher<'a>])> {
    match node {
        Node::Selector { metric, matchers, .. } => Some((metric, matchers)),
        Node::Subquery(inner) => plain(inner),
        Node::Call { function, arguments } => {
            let changes =
                matches!(function.as_bytes(), b"label_replace" | b"label_join" | b"absent" | b"scalar" | b"vector");
            match first_vector(arguments) {
                Some(of) if !changes => plain(of),
                _ => None,
            }
        }
        _ => None,
    }
}

//! Whether the series of an operator's two sides can meet.

use super::{
    Check, Grouping, MatchOperator, Matcher, Node,
    check::is_arithmetic,
    findings::Findings,
    labels::{Has, Named, TARGET, declared, first_vector, has, listed, named},
};
use crate::{
    Catalog,
    descriptor::MetricDescriptor,
    message::{Message, same},
};

/// Two sides whose series can never have equal labels, or that can only be the same series.
pub(super) const fn never_meet<'a>(
    catalog: &Catalog,
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
                    found.add(
                        Check::SidesNeverMatch,
                        Message::new()
                            .push("the sides of `")
                            .push(operator)
                            .push("` never match: `")
                            .push(one.label)
                            .push("` is `")
                            .push(one.value)
                            .push("` on the left and `")
                            .push(others[j].value)
                            .push("` on the right; add `ignoring (")
                            .push(one.label)
                            .push(")` or sum both sides"),
                    );
                    return;
                }
                j += 1;
            }
            i += 1;
        }
        if same(metric, other) && is_arithmetic(operator) && ignored.is_empty() && ones.len() != others.len() {
            found.add(
                Check::SameSeries,
                Message::new()
                    .push("every series of `")
                    .push(metric)
                    .push("` on one side of `")
                    .push(operator)
                    .push("` meets only itself on the other, since all labels must be equal: sum both sides first, as in `sum by (…) (…) ")
                    .push(operator)
                    .push(" sum by (…) (…)`"),
            );
            return;
        }
        if let (Named::Series(family), Named::Series(second)) = (named(catalog, metric), named(catalog, other))
            && labelled_alike(family, second)
        {
            return;
        }
    }
    if grouped_alike(left, right) {
        return;
    }
    let sides = Sides { catalog, operator, ignored, left, right };
    let mut i = 0;
    while i < TARGET.len() {
        if let Some(message) = lacks(&sides, TARGET[i]) {
            found.add(Check::SidesNeverMatch, message);
            return;
        }
        i += 1;
    }
    let message = match lacks(&sides, "le") {
        Some(message) => Some(message),
        None => match lacks_any(&sides, left) {
            Some(message) => Some(message),
            None => lacks_any(&sides, right),
        },
    };
    if let Some(message) = message {
        found.add(Check::SidesNeverMatch, message);
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
    catalog: &'a Catalog,
    operator: &'a str,
    ignored: &'a [&'a str],
    left: &'a Node<'a>,
    right: &'a Node<'a>,
}

/// One of the declared labels of the metrics in a part that all series of one side have and none of the other.
const fn lacks_any<'a>(sides: &Sides<'_>, node: &'a Node<'a>) -> Option<Message> {
    match node {
        Node::Selector { metric, .. } => {
            let (Named::Series(family) | Named::Buckets(family)) = named(sides.catalog, metric) else { return None };
            let mut labels = family.labels;
            while let [label, left @ ..] = labels {
                if let Some(message) = lacks(sides, label.name) {
                    return Some(message);
                }
                labels = left;
            }
            None
        }
        Node::Number | Node::Text(_) => None,
        Node::Call { arguments, .. } => match first_vector(arguments) {
            Some(of) => lacks_any(sides, of),
            None => None,
        },
        Node::Aggregate { of, .. } | Node::Subquery(of) => lacks_any(sides, of),
        Node::Binary { left, right, .. } => match lacks_any(sides, left) {
            Some(message) => Some(message),
            None => lacks_any(sides, right),
        },
    }
}

/// A label that all series of one side have and none of the other.
const fn lacks(sides: &Sides<'_>, label: &str) -> Option<Message> {
    let Sides { catalog, operator, ignored, left, right } = sides;
    if listed(ignored, label) {
        return None;
    }
    let (with, without) = match (has(catalog, left, label), has(catalog, right, label)) {
        (Has::Yes, Has::No) => ("left", "right"),
        (Has::No, Has::Yes) => ("right", "left"),
        _ => return None,
    };
    Some(
        Message::new()
            .push("the sides of `")
            .push(operator)
            .push("` never match: only the ")
            .push(with)
            .push(" one has the label `")
            .push(label)
            .push("`, and all labels must be equal; group both sides alike, or say `on (…)` and perhaps `group_")
            .push(with)
            .push("`, or take `scalar(…)` of the ")
            .push(without)
            .push(" one"),
    )
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

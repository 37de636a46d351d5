use cryptofunk_metrics_catalog::message::{Message, contains, same};

use crate::{
    checks::sides_never_match::Sides,
    findings::Findings,
    lint_rule::LintRule,
    node::{ANY, Matcher, Matching, Node, NodeRef, Nodes},
};

/// An operator of which each series meets itself alone. Whether it is one.
pub(crate) const fn same_series(sides: &Sides<'_>, found: &mut Findings<'_>) -> bool {
    if !is_arithmetic(sides.operator)
        || !matches!(sides.matching, Matching::All | Matching::Ignoring if sides.labels.is_empty())
    {
        return false;
    }
    match same_but_matchers(unscaled(sides.left.0), unscaled(sides.right.0)) {
        Some((metric, true)) => {
            found.add(LintRule::SameSeries, message(sides.operator, metric), sides.span);
            true
        }
        _ => false,
    }
}

/// Whether an operator calculates, rather than compares or combines.
const fn is_arithmetic(operator: &str) -> bool {
    matches!(operator.as_bytes(), b"+" | b"-" | b"*" | b"/" | b"%" | b"^" | b"atan2")
}

/// A part without the numbers that it is multiplied with.
const fn unscaled(mut node: NodeRef<'_>) -> NodeRef<'_> {
    loop {
        node = match node.get() {
            Node::Binary { operator, left, right, .. } if is_arithmetic(operator) => match (left.get(), right.get()) {
                (_, Node::Number(_)) => left,
                (Node::Number(_), _) => right,
                _ => return node,
            },
            Node::Call { function, arguments, .. } if same(function, "-") => match arguments.get(0) {
                Some(inner) => inner,
                None => return node,
            },
            _ => return node,
        }
    }
}

/// The metric of two parts that ask for the same but for matchers, and whether their matchers differ.
const fn same_but_matchers<'a>(left: NodeRef<'a>, right: NodeRef<'a>) -> Option<(&'a str, bool)> {
    match (left.get(), right.get()) {
        (
            Node::Selector { metric, matchers, range_ms, modifiers, .. },
            Node::Selector { metric: second, matchers: others, range_ms: range, modifiers: moved, .. },
        ) if !metric.is_empty()
            && !contains(metric, ANY)
            && same(metric, second)
            && range_ms == range
            && same(modifiers, moved) =>
        {
            let (here, there) = (unlike(matchers, others), unlike(others, matchers));
            // What a variable stands for may be what the other side says.
            let certain = !matches!(here, Unlike::Variable) && !matches!(there, Unlike::Variable);
            Some((metric, certain && (matches!(here, Unlike::Yes) || matches!(there, Unlike::Yes))))
        }
        (
            Node::Subquery { of, range_ms, modifiers, .. },
            Node::Subquery { of: other, range_ms: range, modifiers: moved, .. },
        ) if range_ms == range && same(modifiers, moved) => same_but_matchers(of, other),
        (Node::Call { function, arguments, .. }, Node::Call { function: second, arguments: others, .. })
            if same(function, second) && !changes_labels(function) =>
        {
            same_arguments(arguments, others)
        }
        _ => None,
    }
}

const fn same_arguments<'a>(left: Nodes<'a>, right: Nodes<'a>) -> Option<(&'a str, bool)> {
    let (mut found, mut at) = (None, 0);
    while let (Some(one), Some(other)) = (left.get(at), right.get(at)) {
        match (one.get(), other.get()) {
            (Node::Number(one), Node::Number(other)) if one == other => {}
            (Node::Text(one), Node::Text(other)) if same(one, other) => {}
            _ => match (found, same_but_matchers(one, other)) {
                (None, Some(same)) => found = Some(same),
                _ => return None,
            },
        }
        at += 1;
    }
    if left.len() == right.len() { found } else { None }
}

const fn changes_labels(function: &str) -> bool {
    matches!(
        function.as_bytes(),
        b"label_replace"
            | b"label_join"
            | b"absent"
            | b"absent_over_time"
            | b"scalar"
            | b"info"
            | b"histogram_quantiles"
    )
}

/// Whether some matchers are not among others.
enum Unlike {
    No,
    Yes,
    /// One of them has a variable of a dashboard in it.
    Variable,
}

const fn unlike(mut matchers: &[Matcher<'_>], others: &[Matcher<'_>]) -> Unlike {
    let mut found = Unlike::No;
    while let [matcher, left @ ..] = matchers {
        if !is_among(others, matcher) {
            if contains(matcher.value, ANY) {
                return Unlike::Variable;
            }
            found = Unlike::Yes;
        }
        matchers = left;
    }
    found
}

const fn is_among(mut matchers: &[Matcher<'_>], one: &Matcher<'_>) -> bool {
    while let [matcher, left @ ..] = matchers {
        if matcher.operator as u8 == one.operator as u8
            && same(matcher.label, one.label)
            && same(matcher.value, one.value)
        {
            return true;
        }
        matchers = left;
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

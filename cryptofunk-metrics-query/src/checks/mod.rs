//! What can be wrong with a query, one function a subject. Every mistake is told.

mod pattern;
mod sides;

use cryptofunk_metrics_catalog::{
    descriptor::LabelValues,
    message::{contains, same},
};
use pattern::Matches;
use sides::never_meet;

use crate::{
    findings::Findings,
    labels::{Has, Named, declared, first_vector, has, is_arithmetic, is_cumulative, is_scalar, listed, named},
    lint_rule::LintRule,
    messages as says,
    node::{ANY, Grouping, MatchOperator, Matcher, Matching, Node},
    schema::Schema,
};

/// Every mistake of a query, inner ones first.
pub(crate) const fn check<'a>(schema: &Schema, node: &'a Node<'a>, found: &mut Findings<'_>) {
    match node {
        Node::Number | Node::Text(_) => {}
        Node::Selector { metric, matchers, range_ms } => selector(schema, metric, matchers, *range_ms, found),
        Node::Subquery(inner) => check(schema, inner, found),
        Node::Call { function, arguments } => {
            let mut left: &[Node<'a>] = arguments;
            while let [argument, rest @ ..] = left {
                check(schema, argument, found);
                left = rest;
            }
            call(schema, function, arguments, found);
        }
        Node::Aggregate { grouping, labels, parameter, of, .. } => {
            check(schema, parameter, found);
            check(schema, of, found);
            grouped(schema, *grouping, labels, of, found);
        }
        Node::Binary { left, right, .. } => {
            check(schema, left, found);
            check(schema, right, found);
            binary(schema, node, found);
        }
    }
}

/// Finds the labels that a template prints and the query's series do not have.
pub(crate) const fn template<'a>(schema: &Schema, root: &'a Node<'a>, printed: &[&str], found: &mut Findings<'_>) {
    let mut i = 0;
    while i < printed.len() {
        if matches!(has(schema, root, printed[i]), Has::No) {
            found.add(LintRule::TemplateLabel, says::template_label(printed[i]));
        }
        i += 1;
    }
}

const fn selector<'a>(
    schema: &Schema,
    metric: &'a str,
    matchers: &'a [Matcher<'a>],
    range_ms: u64,
    found: &mut Findings<'_>,
) {
    let (family, is_buckets) = match named(schema, metric) {
        Named::Nothing => return found.add(LintRule::UnknownMetric, says::unknown_metric(schema, metric)),
        Named::NoRecord => return found.add(LintRule::UndefinedRecord, says::undefined_record(schema, metric)),
        Named::NoHistogram(family) => return found.add(LintRule::NotAHistogram, says::not_a_histogram(family, metric)),
        Named::Bare(family) => return found.add(LintRule::BareHistogram, says::bare_histogram(family)),
        Named::Series(family) => (Some(family), false),
        Named::Buckets(family) => (Some(family), true),
        Named::Target | Named::Record(_) | Named::Foreign => (None, false),
    };
    let scrape_ms = schema.scrape_interval_ms();
    if range_ms > 0 && range_ms < 2 * scrape_ms {
        found.add(LintRule::ShortRange, says::short_range(metric, scrape_ms));
    }
    let Some(family) = family else { return };
    let mut matchers = matchers;
    while let [Matcher { label, operator, value }, left @ ..] = matchers {
        let operator = *operator;
        matchers = left;
        let is_le = is_buckets && same(label, "le");
        if !is_le && !schema.is_target_label(label) && !contains(label, ANY) {
            match declared(family, label) {
                None => found.add(LintRule::UnknownLabel, says::unknown_label(family, label)),
                Some(descriptor) => {
                    let values = match descriptor.values {
                        LabelValues::Fixed => schema.told(label),
                        values => values.known(),
                    };
                    if let Some(values) = values
                        && !fits(operator, value, values)
                    {
                        found.add(LintRule::UnknownValue, says::unknown_value(family, label, value, values));
                    }
                }
            }
        }
    }
}

/// Whether any of a label's values fits a matcher.
const fn fits(operator: MatchOperator, value: &str, values: &'static [&'static str]) -> bool {
    // An empty value is no label at all, as Prometheus reads it.
    if value.is_empty() || contains(value, ANY) {
        return true;
    }
    match operator {
        MatchOperator::Equal | MatchOperator::NotEqual => listed(values, value),
        MatchOperator::Regex | MatchOperator::NotRegex => {
            let mut values: &[&str] = values;
            while let [one, left @ ..] = values {
                if !matches!(pattern::matches(value, one), Matches::No) {
                    return true;
                }
                values = left;
            }
            false
        }
    }
}

const fn call<'a>(schema: &Schema, function: &'a str, arguments: &'a [Node<'a>], found: &mut Findings<'_>) {
    let wants_counter = matches!(function.as_bytes(), b"rate" | b"irate" | b"increase");
    let wants_gauge = matches!(function.as_bytes(), b"delta" | b"idelta" | b"deriv" | b"predict_linear");
    if (wants_counter || wants_gauge)
        && let Some(Node::Selector { metric, .. }) = first_vector(arguments)
        && let Some(cumulative) = is_cumulative(schema, metric)
    {
        if wants_counter && !cumulative {
            found.add(LintRule::RateOfGauge, says::rate_of_gauge(function, metric));
        }
        if wants_gauge && cumulative {
            found.add(LintRule::DeltaOfCounter, says::delta_of_counter(function, metric));
        }
    }
    if matches!(function.as_bytes(), b"histogram_quantile")
        && let Some(of) = first_vector(arguments)
        && matches!(has(schema, of, "le"), Has::No)
    {
        found.add(LintRule::QuantileWithoutBuckets, says::quantile_without_buckets(buckets(schema, of)));
    }
}

const fn grouped<'a>(
    schema: &Schema,
    grouping: Grouping,
    labels: &'a [&'a str],
    of: &'a Node<'a>,
    found: &mut Findings<'_>,
) {
    if matches!(grouping, Grouping::All) {
        return;
    }
    let what = if matches!(grouping, Grouping::By) { "grouped by" } else { "grouped without" };
    let mut labels = labels;
    while let [label, left @ ..] = labels {
        if matches!(has(schema, of, label), Has::No) {
            found.add(LintRule::LostLabel, says::lost_label(schema, what, label, of));
        }
        labels = left;
    }
}

const fn binary<'a>(schema: &Schema, node: &'a Node<'a>, found: &mut Findings<'_>) {
    let Node::Binary { operator, matching, labels, many: _, include, left, right } = node else { return };
    if is_comparison(operator)
        && (is_scalar(left) || is_scalar(right))
        && let Some(metric) = bare_counter(schema, if is_scalar(left) { right } else { left })
    {
        found.add(LintRule::BareCounter, says::bare_counter(metric));
    }
    if is_scalar(left) || is_scalar(right) {
        return;
    }
    let before = found.len();
    let mut i = 0;
    while i < labels.len() {
        let (on_left, on_right) = (has(schema, left, labels[i]), has(schema, right, labels[i]));
        if matches!(matching, Matching::On) {
            if matches!(on_left, Has::No) {
                found.add(LintRule::LostLabel, says::lost_label(schema, "joined on", labels[i], left));
            } else if matches!(on_right, Has::No) {
                found.add(LintRule::LostLabel, says::lost_label(schema, "joined on", labels[i], right));
            }
        } else if matches!(on_left, Has::No) && matches!(on_right, Has::No) {
            found.add(LintRule::LostLabel, says::lost_label(schema, "joined ignoring", labels[i], left));
        }
        i += 1;
    }
    let mut i = 0;
    while i < include.len() {
        if matches!(has(schema, left, include[i]), Has::No) && matches!(has(schema, right, include[i]), Has::No) {
            found.add(LintRule::LostLabel, says::lost_label(schema, "joined with", include[i], right));
        }
        i += 1;
    }
    if found.len() == before && !matches!(operator.as_bytes(), b"or") && !matches!(matching, Matching::On) {
        never_meet(schema, operator, labels, left, right, found);
    }
}

/// The counter that a part has the bare value of.
const fn bare_counter<'a>(schema: &Schema, node: &'a Node<'a>) -> Option<&'a str> {
    match node {
        Node::Selector { metric, range_ms: 0, .. } => match is_cumulative(schema, metric) {
            Some(true) => Some(metric),
            _ => None,
        },
        Node::Aggregate { operator, of, .. } if !matches!(operator.as_bytes(), b"count" | b"group") => {
            bare_counter(schema, of)
        }
        Node::Binary { operator, left, right, .. } if is_arithmetic(operator) && is_scalar(right) => {
            bare_counter(schema, left)
        }
        _ => None,
    }
}

/// The histogram whose buckets a part is made of.
const fn buckets<'a>(schema: &Schema, node: &'a Node<'a>) -> Option<&'a str> {
    match node {
        Node::Selector { metric, .. } => match named(schema, metric) {
            Named::Buckets(_) => Some(metric),
            _ => None,
        },
        Node::Aggregate { of, .. } | Node::Subquery(of) => buckets(schema, of),
        Node::Call { arguments, .. } => match first_vector(arguments) {
            Some(of) => buckets(schema, of),
            None => None,
        },
        Node::Binary { left, .. } => buckets(schema, left),
        Node::Number | Node::Text(_) => None,
    }
}

const fn is_comparison(operator: &str) -> bool {
    matches!(operator.as_bytes(), b"==" | b"!=" | b">" | b"<" | b">=" | b"<=")
}

use cryptofunk_metrics_catalog::{
    descriptor::{LabelDescriptor, MetricDescriptor},
    message::{Message, contains},
};

use crate::{
    findings::Findings,
    lint_rule::LintRule,
    node::{ANY, MatchOperator, Matcher},
    pattern::{Alternative, Matches, matches_one},
    possible::admits,
    schema::Schema,
    suggest::{Words, did_you_mean},
};

/// A value that a label never has.
pub(crate) const fn unknown_value<'a>(
    schema: &Schema,
    family: &'static MetricDescriptor,
    label: &'static LabelDescriptor,
    matcher: &'a Matcher<'a>,
    found: &mut Findings<'_>,
) {
    let Some(values) = schema.known_values(label) else { return };
    // An empty value is no label at all, as Prometheus reads it.
    if matcher.value.is_empty() || contains(matcher.value, ANY) {
        return;
    }
    let mut left = matcher.pattern;
    match matcher.operator {
        MatchOperator::Equal | MatchOperator::NotEqual => {
            let equal = Matcher { operator: MatchOperator::Equal, ..*matcher };
            if !admits_any(&equal, values) {
                found.add(LintRule::UnknownValue, message(family, label.name, matcher.value, values), matcher.span);
            }
        }
        // Each alternative is to be there for something.
        MatchOperator::Regex => {
            if !any_matches(matcher.pattern, values) {
                found.add(LintRule::UnknownValue, message(family, label.name, matcher.value, values), matcher.span);
                return;
            }
            while let [alternative, rest @ ..] = left {
                if !matches_any(alternative, values) {
                    let value = match alternative {
                        Alternative::Text(value) => value,
                        _ => matcher.value,
                    };
                    found.add(LintRule::UnknownValue, message(family, label.name, value, values), matcher.span);
                }
                left = rest;
            }
        }
        MatchOperator::NotRegex => {
            if !any_matches(matcher.pattern, values) {
                found.add(LintRule::UnknownValue, message(family, label.name, matcher.value, values), matcher.span);
            }
        }
    }
}

const fn any_matches(mut pattern: &[Alternative<'_>], values: &[&str]) -> bool {
    while let [alternative, left @ ..] = pattern {
        if matches_any(alternative, values) {
            return true;
        }
        pattern = left;
    }
    false
}

const fn admits_any(matcher: &Matcher<'_>, mut values: &[&str]) -> bool {
    while let [value, left @ ..] = values {
        if admits(matcher, value) {
            return true;
        }
        values = left;
    }
    false
}

/// Whether an alternative may match one of the values, or the empty one.
const fn matches_any(alternative: &Alternative<'_>, mut values: &[&str]) -> bool {
    while let [value, left @ ..] = values {
        if !matches!(matches_one(alternative, value), Matches::No) {
            return true;
        }
        values = left;
    }
    !matches!(matches_one(alternative, ""), Matches::No)
}

const fn message(
    family: &'static MetricDescriptor,
    label: &str,
    value: &str,
    values: &'static [&'static str],
) -> Message {
    let message = Message::new()
        .push("label `")
        .push(label)
        .push("` of `")
        .push(family.name)
        .push("` is never `")
        .push(value)
        .push("`");
    let mut message = did_you_mean(message, value, Words::List(values)).push(" (values: ");
    let mut i = 0;
    while i < values.len() && i < 8 {
        message = message.push(if i == 0 { "`" } else { ", `" }).push(values[i]).push("`");
        i += 1;
    }
    message.push(if values.len() > 8 { ", …)" } else { ")" })
}

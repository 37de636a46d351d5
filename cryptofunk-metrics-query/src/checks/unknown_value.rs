use cryptofunk_metrics_catalog::{
    descriptor::{LabelDescriptor, LabelValues, MetricDescriptor},
    message::{Message, contains, same},
};

use crate::{
    findings::Findings,
    lint_rule::LintRule,
    node::{ANY, MatchOperator, Matcher},
    pattern::{Matches, matches},
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
    let values = match label.values {
        LabelValues::Fixed => schema.told(label.name),
        values => values.known(),
    };
    if let Some(values) = values
        && !fits(matcher.operator, matcher.value, values)
    {
        found.add(LintRule::UnknownValue, message(family, label.name, matcher.value, values));
    }
}

/// Whether any of a label's values fits a matcher.
const fn fits(operator: MatchOperator, value: &str, values: &'static [&'static str]) -> bool {
    let mut left: &[&str] = values;
    match operator {
        MatchOperator::Equal | MatchOperator::NotEqual => {
            while let [one, rest @ ..] = left {
                if same(one, value) {
                    return true;
                }
                left = rest;
            }
        }
        MatchOperator::Regex | MatchOperator::NotRegex => {
            while let [one, rest @ ..] = left {
                if !matches!(matches(value, one), Matches::No) {
                    return true;
                }
                left = rest;
            }
        }
    }
    // An empty value is no label at all, as Prometheus reads it.
    value.is_empty() || contains(value, ANY)
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

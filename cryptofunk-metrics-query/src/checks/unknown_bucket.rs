use cryptofunk_metrics_catalog::{descriptor::MetricDescriptor, message::Message};

use crate::{
    findings::Findings,
    lint_rule::LintRule,
    node::{MatchOperator, Matcher},
    pattern::Alternative,
};

/// A bound that no bucket of a histogram has.
pub(crate) const fn unknown_bucket<'a>(
    family: &'static MetricDescriptor,
    matcher: &'a Matcher<'a>,
    found: &mut Findings<'_>,
) {
    if family.buckets.is_empty() {
        return;
    }
    if matches!(matcher.operator, MatchOperator::Equal | MatchOperator::NotEqual) {
        return tell(family, matcher, matcher.value, found);
    }
    let mut left = matcher.pattern;
    while let [alternative, rest @ ..] = left {
        if let (MatchOperator::Regex, Alternative::Text(bound)) = (matcher.operator, alternative) {
            tell(family, matcher, bound, found);
        }
        left = rest;
    }
}

const fn tell<'a>(family: &'static MetricDescriptor, matcher: &'a Matcher<'a>, bound: &str, found: &mut Findings<'_>) {
    if let Some(number) = number(bound.as_bytes())
        && !is_bound(family.buckets, number)
    {
        found.add(LintRule::UnknownValue, message(family.name, bound), matcher.span);
    }
}

const fn is_bound(mut bounds: &[f64], bound: f64) -> bool {
    while let [one, left @ ..] = bounds {
        // Texts are rounded to the nearest number in one way, digits here in another.
        let difference = if *one > bound { *one - bound } else { bound - *one };
        if difference <= 1e-12 * if bound > 1.0 { bound } else { 1.0 } {
            return true;
        }
        bounds = left;
    }
    false
}

/// The number that a text of digits is; nothing of other texts, `+Inf` and `1e3` among them.
const fn number(mut text: &[u8]) -> Option<f64> {
    let (mut number, mut scale, mut digits, mut dot) = (0_u64, 1.0, 0, false);
    while let [first, left @ ..] = text {
        match first {
            b'0'..=b'9' if digits < 18 => {
                number = number * 10 + (*first - b'0') as u64;
                digits += 1;
                if dot {
                    scale *= 10.0;
                }
            }
            b'.' if !dot => dot = true,
            _ => return None,
        }
        text = left;
    }
    if digits == 0 { None } else { Some(number as f64 / scale) }
}

const fn message(name: &str, bound: &str) -> Message {
    Message::new().push("`").push(name).push("` has no bucket whose bound `le` is `").push(bound).push("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_numbers_however_they_are_written() {
        assert!(["0.5", "0.50", "00.5", ".5"].iter().all(|text| number(text.as_bytes()) == Some(0.5)));
        assert!(["+Inf", "1e3", "", ".", "0.5.5"].iter().all(|text| number(text.as_bytes()).is_none()));
        assert!(is_bound(&[0.005, 0.1, 2.5], 0.005) && !is_bound(&[0.005, 0.1], 0.0051));
    }
}

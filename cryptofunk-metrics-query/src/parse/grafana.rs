//! Variables of Grafana's dashboards in a query: `$server`, `${server:regex}`, `[[server]]`, `$__rate_interval`.

use std::collections::{HashMap, HashSet};

use crate::parse::{
    pieces::{Piece, Quotes, pieces, variable},
    variable_places::{Place, Surroundings},
};

/// How many readings of a query are tried.
const MOST_READINGS: usize = 128;

/// The names of the variables in a query, each once; `__rate_interval` and the like too.
///
/// ```
/// use cryptofunk_metrics_query::variables;
///
/// assert_eq!(variables(r#"rate(a{b=~"$b", c="[[d]]"}[$__rate_interval])"#), ["b", "d", "__rate_interval"]);
/// ```
pub fn variables(text: &str) -> Vec<&str> {
    let mut seen = HashSet::new();
    let names = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Variable(name) => Some(name),
        Piece::Text(_) => None,
    });
    names.filter(|name| seen.insert(*name)).collect()
}

/// Replaces the variables for which `value` returns a text.
///
/// ```
/// use cryptofunk_metrics_query::with_values;
///
/// let query = with_values("rate(a[$range]) > $limit", |name| (name == "range").then_some("5m"));
/// assert_eq!(query, "rate(a[5m]) > $limit");
/// ```
pub fn with_values<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '[']) {
        filled += &rest[..at];
        let (name, len) = variable(&rest[at..]).unwrap_or(("", 1));
        filled += value(name).unwrap_or(&rest[at..at + len]);
        rest = &rest[at + len..];
    }
    filled + rest
}

/// Whether a variable stands where PromQL has code, rather than in a string or a comment.
pub(crate) fn has_variable_in_code(text: &str) -> bool {
    Surroundings::of(&pieces(text)).iter().any(|surroundings| surroundings.place() != Place::Quoted)
}

/// Whether a query with variables that cannot be parsed is wrong for all their values. It is if each stands where only a whole operand, a
/// range, a label or a text fits, or if brackets do not match.
pub fn is_wrong_whatever_it_stands_for(text: &str) -> bool {
    let pieces = pieces(text);
    !are_balanced(&pieces) || Surroundings::of(&pieces).iter().all(|surroundings| surroundings.place().is_certain())
}

/// Whether a text is incomplete in any query language: a bracket or a string is open, or an operator has no right side.
pub fn is_broken_off(text: &str) -> bool {
    let code = text.trim_end();
    !are_balanced(&[Piece::Text(text)]) || code.ends_with(['+', '-', '*', '/', '%', '^', '=', '<', '>', ','])
}

/// The query with values in place of its variables, the most likely ones first.
pub(crate) fn readings(text: &str) -> Vec<String> {
    let pieces = pieces(text);
    let surroundings = Surroundings::of(&pieces);
    let numbers: HashMap<&str, usize> = variables(text).into_iter().zip(0..).collect();
    let number = |name: &str| numbers.get(name).copied().unwrap_or_default();
    let choices: Vec<Vec<String>> =
        surroundings.iter().map(|surroundings| surroundings.values(number(surroundings.name))).collect();
    // Of so many, no choice is likely.
    if choices.len() > MOST_READINGS {
        let values: Vec<&str> = choices.iter().map(|choices| choices[0].as_str()).collect();
        return vec![filled(&pieces, &surroundings, &values)];
    }
    let all = choices.iter().fold(1_usize, |all, choices| all.saturating_mul(choices.len().max(1)));
    let mut found = Vec::new();
    for mut reading in 0..all.min(MOST_READINGS) {
        let mut values = Vec::new();
        for choices in &choices {
            values.push(choices[reading % choices.len()].as_str());
            reading /= choices.len();
        }
        found.push(filled(&pieces, &surroundings, &values));
    }
    // If there are too many, all variables at least change together.
    if all > MOST_READINGS {
        for i in 0..9 {
            let values: Vec<&str> = choices.iter().map(|choices| choices[i.min(choices.len() - 1)].as_str()).collect();
            found.push(filled(&pieces, &surroundings, &values));
        }
    }
    found
}

/// The query with a value for each variable. A function that a variable names may answer anything.
fn filled(pieces: &[Piece<'_>], surroundings: &[Surroundings<'_>], values: &[&str]) -> String {
    let mut query = String::new();
    let mut variables = surroundings.iter().zip(values);
    // How many parentheses are open where an unknown function is called.
    let mut calls: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    let mut quotes = Quotes::default();
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                for c in text.chars() {
                    query.push(c);
                    if quotes.pass(c) {
                        continue;
                    }
                    match c {
                        '(' => depth += 1,
                        ')' => {
                            depth = depth.saturating_sub(1);
                            while calls.last() == Some(&depth) {
                                calls.pop();
                                query.push(')');
                            }
                        }
                        _ => {}
                    }
                }
            }
            Piece::Variable(_) => {
                let Some((surroundings, value)) = variables.next() else { continue };
                if surroundings.place() == Place::Function && !value.is_empty() {
                    query.push_str("(__any__ or ");
                    calls.push(depth);
                }
                query.push_str(value);
            }
        }
    }
    query
}

/// Whether each bracket outside of strings and comments has its counterpart.
fn are_balanced(pieces: &[Piece<'_>]) -> bool {
    let mut quotes = Quotes::default();
    let mut open = Vec::new();
    for piece in pieces {
        let Piece::Text(text) = piece else { continue };
        for c in text.chars() {
            if quotes.pass(c) {
                continue;
            }
            match c {
                '(' | '[' | '{' => open.push(c),
                ')' | ']' | '}' => {
                    let counterpart = match c {
                        ')' => '(',
                        ']' => '[',
                        _ => '{',
                    };
                    if open.pop() != Some(counterpart) {
                        return false;
                    }
                }
                _ => {}
            }
        }
    }
    open.is_empty() && !quotes.is_open()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_what_their_place_wants() {
        for (text, expected) in [
            ("rate(a[$__rate_interval])", "rate(a[604800s])"),
            ("rate(a[${range}:$__interval])", "rate(a[604800s:604801s])"),
            ("rate(a[[[range]]])", "rate(a[604800s])"),
            ("rate(a[${window}m])", "rate(a[10080m])"),
            ("rate(a[${__range_s}s])", "rate(a[604800s])"),
            ("rate(a[5${unit}])", "rate(a[5w])"),
            (r#"a{b=~"$b|[[c]]", d="${d:regex}"}"#, r#"a{b=~"__any__|__any__", d="__any__"}"#),
            ("sum by ($label) (${app}_total offset $back)", "sum by (__any__) (__any___total offset 604802s)"),
            ("sum by (job $more) (a)", "sum by (job , __any__) (a)"),
            ("sum by (job, $more) (a)", "sum by (job, __any__) (a)"),
            ("a{$filters}", r#"a{__any__="__any__"}"#),
            ("a{b=\"c\", $filters}", r#"a{b="c", __any__="__any__"}"#),
            ("a{b=\"c\" $filters}", r#"a{b="c" , __any__="__any__"}"#),
            ("{$filters}", r#"{__any__="__any__"}"#),
            ("a{$label=\"b\"}", r#"a{__any__="b"}"#),
            ("a{b=$value}", r#"a{b="__any__"}"#),
            ("a / $__range_s", "a / 604800"),
            ("$fn(a[5m])", "(__any__ or count_over_time(a[5m]))"),
            ("$fn(a) + ${fn}((b))", "(__any__ or count(a)) + (__any__ or count((b)))"),
            ("topk($n, a > $limit)", "topk(__any__, a > __any__)"),
            (r#"a{b="\"$b"} # $c's"#, r#"a{b="\"__any__"} # __any__'s"#),
            (r#"a{b=~"x$"}"#, r#"a{b=~"x$"}"#),
            ("a{b=~`\\$b`}", "a{b=~`\\__any__`}"),
        ] {
            assert_eq!(readings(text)[0], expected, "{text}");
        }
        let any = |text: &str, expected: &str| {
            assert!(readings(text).iter().any(|reading| reading == expected), "{text}: {:?}", readings(text))
        };
        any("topk($n, a)", "topk(1, a)");
        any("sum(a) $grouping", "sum(a) by (__any__)");
        any("sum $grouping (a)", "sum by (__any__) (a)");
        any("a $op 5", "a * 5");
        any("a $op on (b) c", "a or on (b) c");
        any("a $more", "a ");
        any("rate(a$window)", "rate(a[604800s])");
    }

    #[test]
    fn constants_are_filled_in() {
        let value = |name: &str| (name == "metric").then_some("up");
        assert_eq!(with_values("rate(${metric}[5m]) + $metric{a=\"$b\"}", value), "rate(up[5m]) + up{a=\"$b\"}");
    }

    #[test]
    fn a_query_is_wrong_if_no_value_can_mend_it() {
        for (text, is_wrong) in [
            ("sum(rate(a[$__rate_interval])", true),
            ("rates(a[$__rate_interval])", true),
            ("sum(rate(a{b=\"$b\"}))", true),
            ("$query )", true),
            ("a $op b c", false),
            ("$query a", false),
        ] {
            assert_eq!(is_wrong_whatever_it_stands_for(text), is_wrong, "{text}");
        }
        assert!(is_broken_off("sum(a") && is_broken_off("a == ") && !is_broken_off("a keep_metric_names"));
        assert!(has_variable_in_code("a > $x") && !has_variable_in_code("a{b=\"$x\"} # $y"));
    }
}

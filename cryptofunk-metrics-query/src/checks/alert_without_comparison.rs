use cryptofunk_metrics_catalog::message::{Message, contains, same, starts_with};

use crate::{
    context::Context,
    findings::Findings,
    lint_rule::LintRule,
    named::{Named, named},
    node::{ANY, Matcher, Node, NodeRef, Nodes, Span},
    rules::Record,
};

/// An alert that fires whatever the value.
pub(crate) const fn alert_without_comparison<'a>(context: &Context<'a>, query: NodeRef<'a>, found: &mut Findings<'_>) {
    // A dead man's switch is to fire always.
    let is_switch = matches!(query.get(), Node::Call { function, .. } if same(function, "vector"));
    if !is_switch && !drops_series(context, query, true) {
        found.add(LintRule::AlertWithoutComparison, message(), Span::NONE);
    }
}

/// Whether values decide which series are left, or may decide it. Also whether matchers do, where nothing is calculated of values:
/// `x_info{ready="false"}` may be there only while something is wrong.
const fn drops_series<'a>(context: &Context<'a>, node: NodeRef<'a>, by_matchers: bool) -> bool {
    match node.get() {
        Node::Number(_) | Node::Text(_) => false,
        Node::Selector { metric, matchers, .. } => match named(context.schema, metric) {
            Named::Record(record) => all_drop_series(context, record),
            // Its rule may compare.
            Named::NoRecord => true,
            // So may that of a name with `:`, and alerts are there while they fire.
            Named::Foreign => {
                contains(metric, ":")
                    || contains(metric, ANY)
                    || starts_with(metric, "ALERTS")
                    || (by_matchers && select_a_state(context, matchers))
            }
            _ => false,
        },
        Node::Subquery { of, .. } | Node::Aggregate { of, .. } => drops_series(context, of, by_matchers),
        Node::Call { function, arguments, .. } => match function.as_bytes() {
            b"absent" | b"absent_over_time" => true,
            // A number is always there.
            b"scalar" | b"vector" => false,
            b"rate"
            | b"irate"
            | b"increase"
            | b"delta"
            | b"idelta"
            | b"deriv"
            | b"predict_linear"
            | b"changes"
            | b"resets"
            | b"histogram_quantile" => any_drops_series(context, arguments, false),
            _ => contains(function, ANY) || any_drops_series(context, arguments, by_matchers),
        },
        Node::Binary { operator, returns_bool, left, right, .. } => match operator.as_bytes() {
            b"unless" => true,
            // What one side has not dropped is there.
            b"or" => drops_series(context, left, by_matchers) && drops_series(context, right, by_matchers),
            b"==" | b"!=" | b">" | b"<" | b">=" | b"<=" if !returns_bool => true,
            operator => {
                // Series are joined with `and` and `*`.
                let by_matchers = by_matchers && matches!(operator, b"and" | b"*");
                drops_series(context, left, by_matchers) || drops_series(context, right, by_matchers)
            }
        },
    }
}

const fn any_drops_series<'a>(context: &Context<'a>, parts: Nodes<'a>, by_matchers: bool) -> bool {
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        if drops_series(context, part, by_matchers) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether matchers choose by more than the target.
const fn select_a_state(context: &Context<'_>, mut matchers: &[Matcher<'_>]) -> bool {
    while let [matcher, left @ ..] = matchers {
        if !context.schema.is_target_label(matcher.label) && !same(matcher.label, "__name__") {
            return true;
        }
        matchers = left;
    }
    false
}

/// Whether all rules that record a name drop series.
const fn all_drop_series(context: &Context<'_>, record: &'static Record) -> bool {
    let (mut from, mut rules) = (0, 0);
    while let Some(place) = context.schema.find_record(record.name, from)
        && let Some(one) = context.schema.record_at(place)
    {
        rules += 1;
        if context.are_too_many(rules) {
            return true;
        }
        if let Some(inner) = context.inside(one)
            && !drops_series(&inner, one.query.tree().root, true)
        {
            return false;
        }
        from = place + 1;
    }
    true
}

const fn message() -> Message {
    Message::new()
        .push("an alert without a comparison fires for every series, whatever its value; compare it, as in `… > 0`")
}

#[cfg(all(test, feature = "parse"))]
mod tests {
    use cryptofunk_metrics_catalog::Catalog;

    use crate::{
        checked::{Purpose, query_findings},
        lint_rule::LintRule,
        parse::{Arena, parse},
        query::Query,
        rules::{Record, Rules},
        schema::Schema,
    };

    fn fires_always(schema: &Schema, query: &str) -> bool {
        let arena = Arena::new();
        let tree = parse(&arena, query).expect("it is PromQL");
        let found = |purpose| {
            let findings = query_findings(schema, &tree, purpose, &[], &[]);
            findings.iter().any(|finding| finding.rule == LintRule::AlertWithoutComparison)
        };
        assert!(!found(Purpose::Series), "{query}");
        found(Purpose::Alert)
    }

    #[test]
    fn an_alert_fires_always_unless_values_decide() {
        let schema = Schema::new(Catalog::new(&[])).with_foreign(&[""]);
        for (query, always) in [
            ("x", true),
            ("x > 5", false),
            ("x > bool 5", true),
            ("x > bool 5 == 1", false),
            ("(x > 5) * 2", false),
            ("sum(x > bool 5) * 100", true),
            ("sum(x > 5)", false),
            ("x > 5 or vector(0)", true),
            ("count(x > 5) or vector(0)", true),
            ("x > 5 or y", true),
            ("x or y > 5", true),
            ("x > 5 or y > 6", false),
            ("x > 5 or absent(x)", false),
            ("(x or vector(0)) > 5", false),
            ("sum(x) * vector(1)", true),
            ("x and on () y", true),
            ("x and y > 5", false),
            ("x unless y", false),
            ("scalar(x > 5)", true),
            ("vector(1)", false),
            ("vector(1) * 2", true),
            ("absent_over_time(x[5m])", false),
            ("count_over_time((x > 5)[5m:])", false),
            ("changes(x[5m])", true),
            ("time() > bool 5", true),
            ("job:x:high", false),
            (r#"ALERTS{alertname="A"}"#, false),
            ("-x", true),
            (r#"x_info{ready="false"}"#, false),
            (r#"max by (pod) (x_info{ready="false"})"#, false),
            (r#"x_info{ready="false"} * on (pod) group_left (node) y"#, false),
            (r#"y and on (pod) x_info{ready="false"}"#, false),
            (r#"x{job="a", instance="b"}"#, true),
            (r#"rate(x{code="500"}[5m])"#, true),
            (r#"sum(x{code="500"}) / sum(x)"#, true),
            (r#"up{shop="a"}"#, true),
        ] {
            assert_eq!(fires_always(&schema, query), always, "{query}");
        }
    }

    #[test]
    fn records_are_followed() {
        let arena: &'static Arena = Box::leak(Box::new(Arena::new()));
        let record = |(name, query): (&'static str, &'static str)| Record {
            name,
            group: "g",
            query: Query::unchecked(query, parse(arena, query).expect("it is PromQL")),
            labels: &[],
        };
        let records = [
            ("shop_is_down", "up == 0"),
            ("job:up:sum", "sum by (job) (up)"),
            ("job:up:low", "job:up:sum < 3"),
            ("job:up:low_twice", "job:up:low * 2"),
            ("mixed", "x > 5"),
            ("mixed", "y"),
            ("both", "x > 5"),
            ("both", "y > 6"),
            ("itself", "itself * 2"),
        ];
        let records: &'static [Record] = records.map(record).to_vec().leak();
        let schema = Schema::new(Catalog::new(&[])).with_foreign(&[""]).with_rules(&Rules::new(&[], records));
        for (query, always) in [
            ("shop_is_down", false),
            ("sum(shop_is_down)", false),
            ("job:up:sum", true),
            ("job:up:low", false),
            ("job:up:low_twice", false),
            ("job:up:low or job:up:sum", true),
            ("mixed", true),
            ("both", false),
            ("itself", false),
            ("job:of:others", false),
        ] {
            assert_eq!(fires_always(&schema, query), always, "{query}");
        }
    }
}

use crate::{
    deep,
    node::{ANY, Node},
};

/// An alert that fires whatever the value.
pub(crate) fn alert_without_comparison(query: &Node<'_>) -> Option<String> {
    // A dead man's switch is to fire always.
    let is_switch = matches!(query, Node::Call { function: "vector", .. });
    if is_switch || deep::run(query, || drops_series(query)) {
        return None;
    }
    let message = "an alert without a comparison fires for every series, whatever its value; compare it, as in `… > 0`";
    Some(message.to_owned())
}

/// Whether values decide which series are left, or that may be.
fn drops_series(node: &Node<'_>) -> bool {
    match node {
        Node::Number(_) | Node::Text(_) => false,
        // Of recording rules it is not known here, and alerts are there while they fire.
        Node::Selector { metric, .. } => metric.contains([':']) || metric.contains(ANY) || metric.starts_with("ALERTS"),
        Node::Subquery { of, .. } => drops_series(of),
        Node::Call { function, arguments, .. } => match *function {
            "absent" | "absent_over_time" => true,
            // A number is always there.
            "scalar" | "vector" => false,
            _ => function.contains(ANY) || arguments.iter().any(drops_series),
        },
        Node::Aggregate { of, .. } => drops_series(of),
        Node::Binary { operator, returns_bool, left, right, .. } => match *operator {
            "unless" => true,
            // What one side has not dropped is there.
            "or" => drops_series(left) && drops_series(right),
            "==" | "!=" | ">" | "<" | ">=" | "<=" if !returns_bool => true,
            _ => drops_series(left) || drops_series(right),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Arena, parse};

    #[test]
    fn an_alert_fires_always_unless_values_decide() {
        for (query, fires_always) in [
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
        ] {
            let arena = Arena::new();
            let tree = parse(&arena, query).expect("it is PromQL");
            assert_eq!(alert_without_comparison(tree.root).is_some(), fires_always, "{query}");
        }
    }
}

use bumpalo::Bump;

use crate::{
    names::{LabelSet, MOST, Names},
    node::{ANY, Tree},
    parse::{
        grafana::{readings, variables},
        grammar::Parser,
        syntax_error::SyntaxError,
    },
};

/// Parses a query. It may contain variables of Grafana's dashboards.
///
/// ```
/// use cryptofunk_metrics_query::{Arena, Node, parse};
///
/// let arena = Arena::new();
/// let query = parse(&arena, "rate(shop_orders_total[$__rate_interval])").expect("it is PromQL");
/// let Node::Call { function, .. } = query.root.get() else { panic!("a call") };
/// assert_eq!(function, "rate");
/// assert!(parse(&arena, "rate(shop_orders_total[5m]").is_err());
/// ```
///
/// # Errors
///
/// If Prometheus refuses the text too, or the query names more than 61 labels.
pub fn parse<'a>(arena: &'a Bump, text: &str) -> Result<Tree<'a>, SyntaxError> {
    parse_printed(arena, text, &[])
}

/// Parses a query whose labels templates print. The tree then knows these labels too.
///
/// # Errors
///
/// Those of [`parse`].
pub fn parse_printed<'a>(arena: &'a Bump, text: &str, printed: &[String]) -> Result<Tree<'a>, SyntaxError> {
    let (mut reader, part) = if variables(text).is_empty() {
        let mut reader = Parser::new(arena, text, true);
        let part = reader.query()?;
        (reader, part)
    } else {
        // What a variable stands for is not known; what makes a query of it is.
        let read = |reading: &str| {
            let mut reader = Parser::new(arena, arena.alloc_str(reading), false);
            reader.query().map(|part| (reader, part))
        };
        let mut readings = readings(text).into_iter();
        let first = readings.next();
        read(first.as_deref().unwrap_or(text))
            .or_else(|error| readings.find_map(|reading| read(&reading).ok()).ok_or(error))
            .map_err(|error| SyntaxError { span: None, ..error })?
    };
    // What templates print beyond the limit is looked up by name.
    reader.set(&printed[..printed.len().min(MOST.saturating_sub(reader.names.len()))]);
    if reader.names.len() > MOST {
        let message = format!("it groups and matches by more than {MOST} different labels");
        return Err(SyntaxError::whole(message));
    }
    let variables = (3..).zip(&reader.names).filter(|(_, name)| name.contains(ANY)).map(|(bit, _)| 1 << bit).sum();
    let names = Names { list: arena.alloc_slice_copy(&reader.names), variables: LabelSet(variables) };
    Ok(Tree { root: reader.kept(part.node), names })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Grouping, Many, MatchOperator, Matching, Node, NodeRef};

    #[test]
    fn a_ratio_is_a_tree() {
        let arena = Bump::new();
        let text =
            r#"sum by (server) (rate(a_total{status="error"}[5m])) / on (server) group_left (job) b # a comment"#;
        let Tree { root, names } = parse(&arena, text).expect("it is PromQL");
        let Node::Binary { operator, matching, labels, many, include, left, right, .. } = root.get() else {
            panic!("a division")
        };
        assert_eq!((operator, matching, many), ("/", Matching::On, Many::Left));
        assert_eq!((labels, include), (names.find("server"), LabelSet(1)));
        assert_eq!(names.list, ["server"]);
        let Node::Aggregate { operator, grouping, labels, of, .. } = left.get() else { panic!("a sum") };
        assert_eq!((operator, grouping, labels), ("sum", Grouping::By, names.find("server")));
        let Node::Call { function, arguments, .. } = of.get() else { panic!("a call") };
        assert_eq!((function, arguments.len()), ("rate", 1));
        let Some(Node::Selector { metric: "a_total", matchers: [matcher], range_ms: 300_000, span, .. }) =
            arguments.get(0).map(NodeRef::get)
        else {
            panic!("a selector: {arguments:?}")
        };
        assert_eq!(&text[span.range().expect("a place")], r#"a_total{status="error"}[5m]"#);
        assert_eq!((matcher.label, matcher.operator, matcher.value), ("status", MatchOperator::Equal, "error"));
        assert!(matches!(right.get(), Node::Selector { metric: "b", matchers: [], range_ms: 0, .. }));
    }

    #[test]
    fn what_the_parser_refuses_is_told() {
        for text in ["", "sum(", "rate(a)", "a +", "a{b}", "$a +"] {
            assert!(parse(&Bump::new(), text).is_err(), "{text}");
        }
    }

    #[test]
    fn labels_are_named_once_and_those_of_variables_are_known() {
        let arena = Bump::new();
        let text = r#"label_replace(sum by (b, $a, b) (x), "c", "$1", "b", ".*") or count_values("d", y)"#;
        let names = parse_printed(&arena, text, &["d".to_owned(), "e".to_owned()]).expect("it is PromQL").names;
        assert_eq!(names.list, ["b", ANY, "c", "d", "e"]);
        assert_eq!(names.variables, names.find(ANY));
        let many =
            |len: usize| format!("sum by ({}) (a)", (0..len).map(|i| format!("l{i}")).collect::<Vec<_>>().join(","));
        assert!(parse(&arena, &many(61)).is_ok());
        assert!(parse(&arena, &many(62)).expect_err("too many").message.contains("more than 61"));
        let printed: Vec<String> = vec!["p".to_owned(); 3];
        assert!(parse_printed(&arena, &many(61), &printed).is_ok());
    }

    #[test]
    fn variables_are_read_wherever_they_stand() {
        for text in ["topk($n, a)", "a * $b > $c", "histogram_quantile($q, $a)", "quantile_over_time($q, a[$__range])"]
        {
            assert!(parse(&Bump::new(), text).is_ok(), "{text}");
        }
    }
}

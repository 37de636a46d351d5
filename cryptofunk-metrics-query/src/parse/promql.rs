use bumpalo::Bump;
use promql_parser::{
    label::{MatchOp, Matcher as PromMatcher},
    parser::{self, Expr, LabelModifier, VectorMatchCardinality, VectorSelector},
};

use crate::{
    names::{BUILT_IN, LabelSet, MOST, Names},
    node::{ANY, Grouping, Many, MatchOperator, Matcher, Matching, Node, Tree},
    parse::grafana::{readings, variables},
};

/// Reads a query; variables of Grafana's dashboards may stand in it.
///
/// ```
/// use cryptofunk_metrics_query::{Arena, Node, parse};
///
/// let arena = Arena::new();
/// let query = parse(&arena, "rate(shop_orders_total[$__rate_interval])").expect("it is PromQL");
/// let Node::Call { function, .. } = query.root else { panic!("a call") };
/// assert_eq!(*function, "rate");
/// assert!(parse(&arena, "rate(shop_orders_total[5m]").is_err());
/// ```
///
/// # Errors
///
/// What the parser says about a text that is no PromQL; a query that names more than 61 labels.
pub fn parse<'a>(arena: &'a Bump, text: &str) -> Result<Tree<'a>, String> {
    parse_printed(arena, text, &[])
}

/// Reads a query whose labels are printed by templates, so that these are followed too.
///
/// # Errors
///
/// Those of [`parse`].
pub fn parse_printed<'a>(arena: &'a Bump, text: &str, printed: &[String]) -> Result<Tree<'a>, String> {
    let expr = if variables(text).is_empty() {
        parser::parse(text)
    } else {
        // What a variable stands for is not known; what makes a query of it is.
        let mut read = readings(text).into_iter().map(|reading| parser::parse(&reading));
        let first = read.next().unwrap_or_else(|| parser::parse(text));
        first.or_else(|error| read.find_map(Result::ok).ok_or(error))
    };
    let expr = expr.map_err(|reason| reason.trim().to_owned())?;
    let mut reader = Reader { arena, names: Vec::new() };
    let root: &Node<'_> = reader.part(&expr);
    // What templates print beyond the limit is looked up by name.
    reader.set(&printed[..printed.len().min(MOST.saturating_sub(reader.names.len()))]);
    if reader.names.len() > MOST {
        return Err(format!("it groups and matches by more than {MOST} different labels"));
    }
    let variables = (3..).zip(&reader.names).filter(|(_, name)| name.contains(ANY)).map(|(bit, _)| 1 << bit).sum();
    let names = Names { list: arena.alloc_slice_copy(&reader.names), variables: LabelSet(variables) };
    Ok(Tree { root, names })
}

struct Reader<'a> {
    arena: &'a Bump,
    /// The labels so far, beside those that have their bits always.
    names: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn node(&mut self, expr: &Expr) -> Node<'a> {
        match expr {
            Expr::VectorSelector(selector) => self.selector(selector, 0),
            Expr::MatrixSelector(matrix) => {
                self.selector(&matrix.vs, u64::try_from(matrix.range.as_millis()).unwrap_or(u64::MAX))
            }
            Expr::NumberLiteral(_) => Node::Number,
            Expr::StringLiteral(text) => Node::Text(self.text(&text.val)),
            Expr::Paren(inner) => self.node(&inner.expr),
            Expr::Unary(inner) => self.node(&inner.expr),
            Expr::Subquery(inner) => Node::Subquery(self.part(&inner.expr)),
            Expr::Call(call) => {
                let arguments = call.args.args.iter().map(|argument| self.node(argument)).collect::<Vec<_>>();
                // The label that the function adds.
                if let ("label_replace" | "label_join", [_, Node::Text(added), ..]) = (call.func.name, &arguments[..]) {
                    self.set(&[(*added).to_owned()]);
                }
                Node::Call { function: self.text(call.func.name), arguments: self.arena.alloc_slice_copy(&arguments) }
            }
            Expr::Aggregate(aggregate) => {
                let (grouping, labels) = match &aggregate.modifier {
                    None => (Grouping::All, &[][..]),
                    Some(LabelModifier::Include(labels)) => (Grouping::By, &labels.labels[..]),
                    Some(LabelModifier::Exclude(labels)) => (Grouping::Without, &labels.labels[..]),
                };
                let operator = self.text(&aggregate.op.to_string());
                let parameter = aggregate.param.as_ref().map_or(&Node::Number, |parameter| self.part(parameter));
                if let ("count_values", Node::Text(added)) = (operator, parameter) {
                    self.set(&[(*added).to_owned()]);
                }
                Node::Aggregate {
                    operator,
                    grouping,
                    labels: self.set(labels),
                    parameter,
                    of: self.part(&aggregate.expr),
                }
            }
            Expr::Binary(binary) => {
                let modifier = binary.modifier.as_ref();
                let (matching, labels) = match modifier.and_then(|modifier| modifier.matching.as_ref()) {
                    None => (Matching::All, &[][..]),
                    Some(LabelModifier::Include(labels)) => (Matching::On, &labels.labels[..]),
                    Some(LabelModifier::Exclude(labels)) => (Matching::Ignoring, &labels.labels[..]),
                };
                let (many, include) = match modifier.map(|modifier| &modifier.card) {
                    Some(VectorMatchCardinality::ManyToOne(labels)) => (Many::Left, &labels.labels[..]),
                    Some(VectorMatchCardinality::OneToMany(labels)) => (Many::Right, &labels.labels[..]),
                    _ => (Many::None, &[][..]),
                };
                Node::Binary {
                    operator: self.text(&binary.op.to_string()),
                    matching,
                    labels: self.set(labels),
                    many,
                    include: self.set(include),
                    left: self.part(&binary.lhs),
                    right: self.part(&binary.rhs),
                }
            }
            // The parser makes none of its own.
            Expr::Extension(_) => Node::Number,
        }
    }

    fn selector(&self, selector: &VectorSelector, range_ms: u64) -> Node<'a> {
        let mut metric = selector.name.as_deref().unwrap_or_default();
        let mut matchers = Vec::new();
        for matcher in &selector.matchers.matchers {
            if matcher.name == "__name__" && matcher.op == MatchOp::Equal && metric.is_empty() {
                metric = &matcher.value;
            } else {
                matchers.push(self.matcher(matcher));
            }
        }
        for alternatives in &selector.matchers.or_matchers {
            matchers.extend(alternatives.iter().map(|matcher| self.matcher(matcher)));
        }
        Node::Selector { metric: self.text(metric), matchers: self.arena.alloc_slice_copy(&matchers), range_ms }
    }

    fn matcher(&self, matcher: &PromMatcher) -> Matcher<'a> {
        let operator = match matcher.op {
            MatchOp::Equal => MatchOperator::Equal,
            MatchOp::NotEqual => MatchOperator::NotEqual,
            MatchOp::Re(_) => MatchOperator::Regex,
            MatchOp::NotRe(_) => MatchOperator::NotRegex,
        };
        Matcher { label: self.text(&matcher.name), operator, value: self.text(&matcher.value) }
    }

    fn part(&mut self, expr: &Expr) -> &'a Node<'a> {
        self.arena.alloc(self.node(expr))
    }

    fn text(&self, text: &str) -> &'a str {
        self.arena.alloc_str(text)
    }

    /// The set of some labels.
    fn set(&mut self, labels: &[String]) -> LabelSet {
        let mut set = 0_u64;
        for label in labels {
            let known = BUILT_IN.iter().chain(&self.names).position(|name| name == label);
            let bit = known.unwrap_or_else(|| {
                self.names.push(self.arena.alloc_str(label));
                BUILT_IN.len() + self.names.len() - 1
            });
            // Too many are refused in the end.
            set |= 1_u64.checked_shl(bit as u32).unwrap_or_default();
        }
        LabelSet(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_a_tree() {
        let arena = Bump::new();
        let text =
            r#"sum by (server) (rate(a_total{status="error"}[5m])) / on (server) group_left (job) b # a comment"#;
        let Tree { root, names } = parse(&arena, text).expect("it is PromQL");
        let Node::Binary { operator, matching, labels, many, include, left, right } = root else {
            panic!("a division")
        };
        assert_eq!((*operator, *matching, *many), ("/", Matching::On, Many::Left));
        assert_eq!((*labels, *include), (names.find("server"), LabelSet(1)));
        assert_eq!(names.list, ["server"]);
        let Node::Aggregate { operator, grouping, labels, of, .. } = left else { panic!("a sum") };
        assert_eq!((*operator, *grouping, *labels), ("sum", Grouping::By, names.find("server")));
        let Node::Call { function, arguments } = of else { panic!("a call") };
        let matchers = &[Matcher { label: "status", operator: MatchOperator::Equal, value: "error" }];
        assert_eq!(*function, "rate");
        assert_eq!(*arguments, [Node::Selector { metric: "a_total", matchers, range_ms: 300_000 }]);
        assert_eq!(**right, Node::Selector { metric: "b", matchers: &[], range_ms: 0 });
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
        assert!(parse(&arena, &many(62)).expect_err("too many").contains("more than 61"));
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

use bumpalo::Bump;
use promql_parser::{
    label::{MatchOp, Matcher as PromMatcher},
    parser::{self, Expr, LabelModifier, VectorMatchCardinality, VectorSelector},
};

use super::grafana::{Stand, variables, without_variables};
use crate::node::{Grouping, Many, MatchOperator, Matcher, Matching, Node};

/// Reads a query; variables of Grafana's dashboards may stand in it.
///
/// ```
/// use cryptofunk_metrics_query::{Arena, Node, parse};
///
/// let arena = Arena::new();
/// let Ok(Node::Call { function, .. }) = parse(&arena, "rate(shop_orders_total[$__rate_interval])") else { panic!("a call") };
/// assert_eq!(*function, "rate");
/// assert!(parse(&arena, "rate(shop_orders_total[5m]").is_err());
/// ```
///
/// # Errors
///
/// What the parser says about a text that is no PromQL.
pub fn parse<'a>(arena: &'a Bump, text: &str) -> Result<&'a Node<'a>, String> {
    let expr = if variables(text).is_empty() {
        parser::parse(text)
    } else {
        // What a variable stands for is not known; what makes a query of it is.
        let read = |stand| parser::parse(&without_variables(text, stand));
        read(Stand::Name).or_else(|error| read(Stand::Parameter).or_else(|_| read(Stand::Number)).map_err(|_| error))
    };
    let expr = expr.map_err(|reason| reason.trim().to_owned())?;
    Ok(arena.alloc(Reader { arena }.node(&expr)))
}

struct Reader<'a> {
    arena: &'a Bump,
}

impl<'a> Reader<'a> {
    fn node(&self, expr: &Expr) -> Node<'a> {
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
                Node::Call { function: self.text(call.func.name), arguments: self.arena.alloc_slice_copy(&arguments) }
            }
            Expr::Aggregate(aggregate) => {
                let (grouping, labels) = match &aggregate.modifier {
                    None => (Grouping::All, &[][..]),
                    Some(LabelModifier::Include(labels)) => (Grouping::By, &labels.labels[..]),
                    Some(LabelModifier::Exclude(labels)) => (Grouping::Without, &labels.labels[..]),
                };
                Node::Aggregate {
                    operator: self.text(&aggregate.op.to_string()),
                    grouping,
                    labels: self.texts(labels),
                    parameter: aggregate.param.as_ref().map_or(&Node::Number, |parameter| self.part(parameter)),
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
                    labels: self.texts(labels),
                    many,
                    include: self.texts(include),
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

    fn part(&self, expr: &Expr) -> &'a Node<'a> {
        self.arena.alloc(self.node(expr))
    }

    fn text(&self, text: &str) -> &'a str {
        self.arena.alloc_str(text)
    }

    fn texts(&self, texts: &[String]) -> &'a [&'a str] {
        self.arena.alloc_slice_fill_iter(texts.iter().map(|text| self.text(text)))
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
        let Ok(Node::Binary { operator, matching, labels, many, include, left, right }) = parse(&arena, text) else {
            panic!("a division")
        };
        assert_eq!((*operator, *matching, *many), ("/", Matching::On, Many::Left));
        assert_eq!((*labels, *include), (&["server"][..], &["job"][..]));
        let Node::Aggregate { operator, grouping, of, .. } = left else { panic!("a sum") };
        assert_eq!((*operator, *grouping), ("sum", Grouping::By));
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
    fn variables_are_read_wherever_they_stand() {
        for text in ["topk($n, a)", "a * $b > $c", "histogram_quantile($q, $a)", "quantile_over_time($q, a[$__range])"]
        {
            assert!(parse(&Bump::new(), text).is_ok(), "{text}");
        }
    }
}

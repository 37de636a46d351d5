//! PromQL text in, a tree of what it asks for out: metrics, matchers, functions, groupings. No catalogue is known here; the
//! compiler compares the tree with one, in `cryptofunk_metrics::query`.

#![warn(missing_docs)]

mod rules;

use promql_parser::{
    label::{MatchOp, Matcher as PromMatcher},
    parser::{self, Expr, LabelModifier, VectorMatchCardinality, VectorSelector},
};
pub use rules::{Mistake, Rule, rules};

/// A part of a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// The series of one metric.
    Selector {
        /// Its name; empty if only matchers choose.
        metric: String,
        /// What its labels must be.
        matchers: Vec<Matcher>,
        /// The range in milliseconds, of a range selector.
        range_ms: Option<u64>,
    },
    /// A number.
    Number,
    /// A text.
    Text(String),
    /// A function.
    Call {
        /// Its name.
        function: String,
        /// What it is called with.
        arguments: Vec<Node>,
    },
    /// An aggregation.
    Aggregate {
        /// Its name: `sum`, `topk`.
        operator: String,
        /// How series are grouped.
        grouping: Grouping,
        /// The labels of the grouping.
        labels: Vec<String>,
        /// The parameter, such as the number of `topk`.
        parameter: Option<Box<Node>>,
        /// What is aggregated.
        of: Box<Node>,
    },
    /// An operator between two parts.
    Binary {
        /// The operator: `/`, `>`, `and`.
        operator: String,
        /// How series of both sides are matched.
        matching: Matching,
        /// The labels of the matching.
        labels: Vec<String>,
        /// Which side may have several series for one of the other.
        many: Many,
        /// The labels that the other side adds.
        include: Vec<String>,
        /// The left side.
        left: Box<Node>,
        /// The right side.
        right: Box<Node>,
    },
    /// A subquery: what is inside, over a range.
    Subquery(Box<Node>),
}

/// What a label must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// How it is compared.
    pub operator: MatchOperator,
    /// With what.
    pub value: String,
}

/// How a label is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the four operators of PromQL")]
pub enum MatchOperator {
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

/// How series are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// All together.
    All,
    /// By these labels.
    By,
    /// By all labels but these.
    Without,
}

/// How series of both sides are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// By all their labels.
    All,
    /// By these labels.
    On,
    /// By all labels but these.
    Ignoring,
}

/// Which side may have several series for one of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Many {
    /// Neither.
    None,
    /// The left one: `group_left`.
    Left,
    /// The right one: `group_right`.
    Right,
}

/// Reads a query.
///
/// ```
/// use cryptofunk_metrics_query::{Node, parse};
///
/// let Ok(Node::Call { function, .. }) = parse("rate(shop_orders_total[5m])") else { panic!("a call") };
/// assert_eq!(function, "rate");
/// assert!(parse("rate(shop_orders_total[5m]").is_err());
/// ```
///
/// # Errors
///
/// What the parser says about a text that is no PromQL.
pub fn parse(text: &str) -> Result<Node, String> {
    parser::parse(text).map(|expr| node(&expr))
}

fn node(expr: &Expr) -> Node {
    match expr {
        Expr::VectorSelector(selector) => self::selector(selector, None),
        Expr::MatrixSelector(matrix) => {
            self::selector(&matrix.vs, Some(u64::try_from(matrix.range.as_millis()).unwrap_or(u64::MAX)))
        }
        Expr::NumberLiteral(_) => Node::Number,
        Expr::StringLiteral(text) => Node::Text(text.val.clone()),
        Expr::Paren(inner) => node(&inner.expr),
        Expr::Unary(inner) => node(&inner.expr),
        Expr::Subquery(inner) => Node::Subquery(Box::new(node(&inner.expr))),
        Expr::Call(call) => Node::Call {
            function: call.func.name.to_owned(),
            arguments: call.args.args.iter().map(|argument| node(argument)).collect(),
        },
        Expr::Aggregate(aggregate) => {
            let (grouping, labels) = match &aggregate.modifier {
                None => (Grouping::All, Vec::new()),
                Some(LabelModifier::Include(labels)) => (Grouping::By, labels.labels.clone()),
                Some(LabelModifier::Exclude(labels)) => (Grouping::Without, labels.labels.clone()),
            };
            Node::Aggregate {
                operator: aggregate.op.to_string(),
                grouping,
                labels,
                parameter: aggregate.param.as_ref().map(|parameter| Box::new(node(parameter))),
                of: Box::new(node(&aggregate.expr)),
            }
        }
        Expr::Binary(binary) => {
            let modifier = binary.modifier.as_ref();
            let (matching, labels) = match modifier.and_then(|modifier| modifier.matching.as_ref()) {
                None => (Matching::All, Vec::new()),
                Some(LabelModifier::Include(labels)) => (Matching::On, labels.labels.clone()),
                Some(LabelModifier::Exclude(labels)) => (Matching::Ignoring, labels.labels.clone()),
            };
            let (many, include) = match modifier.map(|modifier| &modifier.card) {
                Some(VectorMatchCardinality::ManyToOne(labels)) => (Many::Left, labels.labels.clone()),
                Some(VectorMatchCardinality::OneToMany(labels)) => (Many::Right, labels.labels.clone()),
                _ => (Many::None, Vec::new()),
            };
            Node::Binary {
                operator: binary.op.to_string(),
                matching,
                labels,
                many,
                include,
                left: Box::new(node(&binary.lhs)),
                right: Box::new(node(&binary.rhs)),
            }
        }
        // The parser makes none of its own.
        Expr::Extension(_) => Node::Number,
    }
}

fn selector(selector: &VectorSelector, range_ms: Option<u64>) -> Node {
    let mut metric = selector.name.clone().unwrap_or_default();
    let mut matchers = Vec::new();
    for matcher in &selector.matchers.matchers {
        if matcher.name == "__name__" && matcher.op == MatchOp::Equal && metric.is_empty() {
            metric.clone_from(&matcher.value);
        } else {
            matchers.push(self::matcher(matcher));
        }
    }
    for alternatives in &selector.matchers.or_matchers {
        matchers.extend(alternatives.iter().map(self::matcher));
    }
    Node::Selector { metric, matchers, range_ms }
}

fn matcher(matcher: &PromMatcher) -> Matcher {
    let operator = match matcher.op {
        MatchOp::Equal => MatchOperator::Equal,
        MatchOp::NotEqual => MatchOperator::NotEqual,
        MatchOp::Re(_) => MatchOperator::Regex,
        MatchOp::NotRe(_) => MatchOperator::NotRegex,
    };
    Matcher { label: matcher.name.clone(), operator, value: matcher.value.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_a_tree() {
        let text = r#"sum by (server) (rate(a_total{status="error"}[5m])) / on (server) group_left (job) b"#;
        let Ok(Node::Binary { operator, matching, labels, many, include, left, right }) = parse(text) else {
            panic!("a division")
        };
        assert_eq!((operator.as_str(), matching, many), ("/", Matching::On, Many::Left));
        assert_eq!((labels, include), (vec!["server".to_owned()], vec!["job".to_owned()]));
        let Node::Aggregate { operator, grouping, of, .. } = *left else { panic!("a sum") };
        assert_eq!((operator.as_str(), grouping), ("sum", Grouping::By));
        let Node::Call { function, arguments } = *of else { panic!("a call") };
        let matcher = Matcher { label: "status".to_owned(), operator: MatchOperator::Equal, value: "error".to_owned() };
        let range_ms = Some(300_000);
        assert_eq!(function, "rate");
        assert_eq!(arguments, [Node::Selector { metric: "a_total".to_owned(), matchers: vec![matcher], range_ms }]);
        assert_eq!(*right, Node::Selector { metric: "b".to_owned(), matchers: Vec::new(), range_ms: None });
    }

    #[test]
    fn what_the_parser_refuses_is_told() {
        for text in ["", "sum(", "rate(a)", "a +", "a{b}"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

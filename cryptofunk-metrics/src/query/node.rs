//! A query as constant data; `promql!` writes it.

/// A part of a query.
#[derive(Debug, Clone, Copy)]
pub enum Node {
    /// The series of one metric.
    Selector {
        /// Its name; empty if only matchers choose.
        metric: &'static str,
        /// What its labels must be.
        matchers: &'static [Matcher],
        /// The range in milliseconds, of a range selector; else 0.
        range_ms: u64,
    },
    /// A number.
    Number,
    /// A text.
    Text(&'static str),
    /// A function.
    Call {
        /// Its name.
        function: &'static str,
        /// What it is called with.
        arguments: &'static [Node],
    },
    /// An aggregation.
    Aggregate {
        /// Its name: `sum`, `topk`.
        operator: &'static str,
        /// How series are grouped.
        grouping: Grouping,
        /// The labels of the grouping.
        labels: &'static [&'static str],
        /// The parameter, such as the number of `topk`.
        parameter: &'static Node,
        /// What is aggregated.
        of: &'static Node,
    },
    /// An operator between two parts.
    Binary {
        /// The operator: `/`, `>`, `and`.
        operator: &'static str,
        /// How series of both sides are matched.
        matching: Matching,
        /// The labels of the matching.
        labels: &'static [&'static str],
        /// Which side may have several series for one of the other.
        many: Many,
        /// The labels that the other side adds.
        include: &'static [&'static str],
        /// The left side.
        left: &'static Node,
        /// The right side.
        right: &'static Node,
    },
    /// What is inside, over a range.
    Subquery(&'static Node),
}

/// What a label must be.
#[derive(Debug, Clone, Copy)]
pub struct Matcher {
    /// The label.
    pub label: &'static str,
    /// How it is compared.
    pub operator: MatchOperator,
    /// With what.
    pub value: &'static str,
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

impl Node {
    /// Calls `visit` with the name of each selector.
    pub(super) fn each_selector(&self, visit: &mut dyn FnMut(&'static str)) {
        match self {
            Node::Selector { metric, .. } => visit(metric),
            Node::Number | Node::Text(_) => {}
            Node::Call { arguments, .. } => arguments.iter().for_each(|argument| argument.each_selector(visit)),
            Node::Aggregate { parameter, of, .. } => {
                parameter.each_selector(visit);
                of.each_selector(visit);
            }
            Node::Binary { left, right, .. } => {
                left.each_selector(visit);
                right.each_selector(visit);
            }
            Node::Subquery(inner) => inner.each_selector(visit),
        }
    }
}

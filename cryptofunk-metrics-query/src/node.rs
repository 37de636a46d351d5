//! Queries as trees. The macros write them as constants; what is read at run time has them in an arena.

use crate::names::{LabelSet, Names};

/// Stands in names, labels and values for what a variable of a dashboard will be.
pub const ANY: &str = "__any__";

/// A query, taken apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tree<'a> {
    /// The outermost part.
    pub root: &'a Node<'a>,
    /// The labels that the sets in it are made of.
    pub names: Names<'a>,
}

/// A part of a query.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Node<'a> {
    /// The series of one metric.
    Selector {
        /// Its name; empty if only matchers choose.
        metric: &'a str,
        /// What its labels must be.
        matchers: &'a [Matcher<'a>],
        /// The range in milliseconds, of a range selector; else 0.
        range_ms: u64,
    },
    /// A number.
    Number,
    /// A text.
    Text(&'a str),
    /// A function.
    Call {
        /// Its name.
        function: &'a str,
        /// What it is called with.
        arguments: &'a [Node<'a>],
    },
    /// An aggregation.
    Aggregate {
        /// Its name: `sum`, `topk`.
        operator: &'a str,
        /// How series are grouped.
        grouping: Grouping,
        /// The labels of the grouping.
        labels: LabelSet,
        /// The parameter, such as the number of `topk`.
        parameter: &'a Node<'a>,
        /// What is aggregated.
        of: &'a Node<'a>,
    },
    /// An operator between two parts.
    Binary {
        /// The operator: `/`, `>`, `and`.
        operator: &'a str,
        /// How series of both sides are matched.
        matching: Matching,
        /// The labels of the matching.
        labels: LabelSet,
        /// Which side may have several series for one of the other.
        many: Many,
        /// The labels that the other side adds.
        include: LabelSet,
        /// The left side.
        left: &'a Node<'a>,
        /// The right side.
        right: &'a Node<'a>,
    },
    /// What is inside, over a range.
    Subquery(&'a Node<'a>),
}

/// What a label must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matcher<'a> {
    /// The label.
    pub label: &'a str,
    /// How it is compared.
    pub operator: MatchOperator,
    /// With what.
    pub value: &'a str,
}

/// How a label is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the four operators of PromQL")]
#[non_exhaustive]
pub enum MatchOperator {
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

/// How series are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
pub enum Many {
    /// Neither.
    None,
    /// The left one: `group_left`.
    Left,
    /// The right one: `group_right`.
    Right,
}

impl<'a> Node<'a> {
    /// Calls `visit` with the name of each selector.
    pub fn each_metric(&self, visit: &mut dyn FnMut(&'a str)) {
        if let Node::Selector { metric, .. } = self {
            visit(metric);
        }
        self.each_part(&mut |part| part.each_metric(visit));
    }

    /// Calls `visit` with each part that this one is made of.
    pub fn each_part(&self, visit: &mut dyn FnMut(&'a Node<'a>)) {
        match *self {
            Node::Selector { .. } | Node::Number | Node::Text(_) => {}
            Node::Call { arguments, .. } => arguments.iter().for_each(visit),
            Node::Aggregate { parameter, of, .. } => {
                visit(parameter);
                visit(of);
            }
            Node::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Node::Subquery(inner) => visit(inner),
        }
    }
}

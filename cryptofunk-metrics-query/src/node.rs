//! Queries as trees. What is read at run time has its nodes in an arena; the macros pack them into constants.

use std::fmt;

use crate::{
    names::{LabelSet, Names},
    pattern::Alternative,
};

/// Stands in names, labels and values for a variable of a dashboard.
pub const ANY: &str = "__any__";

/// A parsed query; `parse` (feature `parse`) and `promql!` make it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tree<'a> {
    /// The outermost part.
    pub root: NodeRef<'a>,
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
        /// The range in milliseconds, of a range selector; else 0. [`UNKNOWN_RANGE`] if only Prometheus knows it.
        range_ms: u64,
        /// What moves it in time or widens its range, as it is written: `offset 1h`, `@ end()`, `smoothed`.
        modifiers: &'a str,
        /// Where it stands.
        span: Span,
    },
    /// A number.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// A function, or the sign `-`.
    Call {
        /// Its name.
        function: &'a str,
        /// What it is called with.
        arguments: Nodes<'a>,
        /// Where it stands.
        span: Span,
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
        parameter: NodeRef<'a>,
        /// What is aggregated.
        of: NodeRef<'a>,
        /// Where it stands.
        span: Span,
    },
    /// An operator between two parts.
    Binary {
        /// The operator: `/`, `>`, `and`.
        operator: &'a str,
        /// Whether a comparison answers 0 or 1, rather than dropping series.
        returns_bool: bool,
        /// How series of both sides are matched.
        matching: Matching,
        /// The labels of the matching.
        labels: LabelSet,
        /// Which side may have several series for one of the other.
        many: Many,
        /// The labels that the other side adds.
        include: LabelSet,
        /// The left side.
        left: NodeRef<'a>,
        /// The right side.
        right: NodeRef<'a>,
        /// Where it stands.
        span: Span,
    },
    /// What is inside, over a range.
    Subquery {
        /// What is asked again and again.
        of: NodeRef<'a>,
        /// The range in milliseconds; [`UNKNOWN_RANGE`] if only Prometheus knows it.
        range_ms: u64,
        /// What moves it in time, as it is written.
        modifiers: &'a str,
        /// Where it stands.
        span: Span,
    },
}

/// A node of a tree, wherever it is kept.
#[derive(Clone, Copy)]
pub struct NodeRef<'a>(Place<'a>);

#[derive(Clone, Copy)]
enum Place<'a> {
    Arena(&'a Node<'a>),
    Packed(&'a Packed<'a>, usize),
}

impl<'a> NodeRef<'a> {
    pub(crate) const fn packed(packed: &'a Packed<'a>, at: usize) -> Self {
        NodeRef(Place::Packed(packed, at))
    }

    /// The node.
    pub const fn get(self) -> Node<'a> {
        match self.0 {
            Place::Arena(node) => *node,
            Place::Packed(packed, at) => packed.node(at),
        }
    }

    /// The bytes of the [`Assumption`](crate::assumption::Assumption) that the query was found right under; none if it is not packed.
    pub(crate) const fn assumption(self) -> &'a [u8] {
        match self.0 {
            Place::Packed(packed, _) => packed.assumption,
            Place::Arena(_) => &[],
        }
    }

    /// Where it stands; numbers and texts have no place of their own, nor has what the macros packed.
    pub const fn span(self) -> Span {
        match self.0 {
            Place::Arena(node) => node.span(),
            Place::Packed(..) => Span::NONE,
        }
    }
}

impl<'a> From<&'a Node<'a>> for NodeRef<'a> {
    fn from(node: &'a Node<'a>) -> Self {
        NodeRef(Place::Arena(node))
    }
}

impl fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl PartialEq for NodeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

/// Nodes in a row: the arguments of a function.
#[derive(Clone, Copy)]
pub struct Nodes<'a>(Row<'a>);

#[derive(Clone, Copy)]
enum Row<'a> {
    Arena(&'a [Node<'a>]),
    Packed { packed: &'a Packed<'a>, first: usize, len: usize },
}

impl<'a> Nodes<'a> {
    pub(crate) const fn packed(packed: &'a Packed<'a>, first: usize, len: usize) -> Self {
        Nodes(Row::Packed { packed, first, len })
    }

    /// How many there are.
    pub const fn len(self) -> usize {
        match self.0 {
            Row::Arena(nodes) => nodes.len(),
            Row::Packed { len, .. } => len,
        }
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The node at a place, from 0.
    pub const fn get(self, at: usize) -> Option<NodeRef<'a>> {
        match self.0 {
            Row::Arena(nodes) if at < nodes.len() => Some(NodeRef(Place::Arena(&nodes[at]))),
            Row::Packed { packed, first, len } if at < len => Some(NodeRef::packed(packed, first + at)),
            _ => None,
        }
    }

    /// The nodes in their order.
    pub fn iter(self) -> impl Iterator<Item = NodeRef<'a>> {
        (0..self.len()).filter_map(move |at| self.get(at))
    }

    /// The text at a place.
    pub(crate) const fn text(self, at: usize) -> Option<&'a str> {
        match self.get(at) {
            Some(node) => match node.get() {
                Node::Text(text) => Some(text),
                _ => None,
            },
            None => None,
        }
    }
}

impl<'a> From<&'a [Node<'a>]> for Nodes<'a> {
    fn from(nodes: &'a [Node<'a>]) -> Self {
        Nodes(Row::Arena(nodes))
    }
}

impl fmt::Debug for Nodes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Nodes<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// The nodes of a tree, the root first. No place leads beyond the end of a list: the macros wrote what `Packing` made.
#[doc(hidden)]
pub struct Packed<'a> {
    /// Two for each node. The first one has its kind, three choices of 8 bits and three places of 32 bits, from the lowest bits on; the
    /// second one has two numbers of 64 bits.
    pub words: &'a [u128],
    pub texts: &'a [&'a str],
    pub matchers: &'a [Matcher<'a>],
    /// The labels of the query beside those that every query has, and a set of those with a variable in their names.
    pub labels: &'a [&'a str],
    pub variables: u64,
    /// What it was found right under already: an [`Assumption`](crate::assumption::Assumption).
    pub assumption: &'a [u8],
}

pub(crate) const SELECTOR: u8 = 0;
#[cfg(feature = "parse")]
pub(crate) const NUMBER: u8 = 1;
pub(crate) const TEXT: u8 = 2;
pub(crate) const CALL: u8 = 3;
pub(crate) const AGGREGATE: u8 = 4;
pub(crate) const BINARY: u8 = 5;
pub(crate) const SUBQUERY: u8 = 6;

impl<'a> Packed<'a> {
    pub(crate) const fn names(&self) -> Names<'a> {
        Names { list: self.labels, variables: LabelSet(self.variables) }
    }

    pub(crate) const fn node(&'a self, at: usize) -> Node<'a> {
        let span = Span::NONE;
        let head = self.words[at * 2];
        let (a, b, c) = ((head >> 32) as u32 as usize, (head >> 64) as u32 as usize, (head >> 96) as usize);
        // What has no numbers stands first: each step takes the compiler its time.
        let kind = head as u8;
        if kind == CALL {
            return Node::Call { function: self.texts[a], arguments: Nodes::packed(self, b, c), span };
        }
        if kind == TEXT {
            return Node::Text(self.texts[a]);
        }
        let numbers = self.words[at * 2 + 1];
        let (x, y) = (numbers as u64, (numbers >> 64) as u64);
        match kind {
            SELECTOR => {
                let matchers = if y == 0 { &[] } else { self.matchers.split_at(c).1.split_at(y as usize).0 };
                Node::Selector { metric: self.texts[a], matchers, range_ms: x, modifiers: self.texts[b], span }
            }
            AGGREGATE => Node::Aggregate {
                operator: self.texts[a],
                grouping: match (head >> 8) as u8 {
                    0 => Grouping::All,
                    1 => Grouping::By,
                    _ => Grouping::Without,
                },
                labels: LabelSet(x),
                parameter: NodeRef::packed(self, b),
                of: NodeRef::packed(self, c),
                span,
            },
            BINARY => Node::Binary {
                operator: self.texts[a],
                returns_bool: (head >> 8) as u8 == 1,
                matching: match (head >> 16) as u8 {
                    0 => Matching::All,
                    1 => Matching::On,
                    _ => Matching::Ignoring,
                },
                labels: LabelSet(x),
                many: match (head >> 24) as u8 {
                    0 => Many::None,
                    1 => Many::Left,
                    _ => Many::Right,
                },
                include: LabelSet(y),
                left: NodeRef::packed(self, b),
                right: NodeRef::packed(self, c),
                span,
            },
            SUBQUERY => Node::Subquery { of: NodeRef::packed(self, b), range_ms: x, modifiers: self.texts[a], span },
            // `NUMBER`.
            _ => Node::Number(f64::from_bits(x)),
        }
    }
}

/// A range that only Prometheus knows, `[step()]`.
pub const UNKNOWN_RANGE: u64 = u64::MAX;

/// Where something stands in a query, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

impl Span {
    /// For parts without a text, and where it does not matter: the compiler points at the whole query.
    pub const NONE: Span = Span { start: 0, end: 0 };

    /// The bytes, if they are known.
    pub fn range(self) -> Option<std::ops::Range<usize>> {
        (self != Span::NONE).then_some(self.start as usize..self.end as usize)
    }
}

/// A matcher of a selector: `label="value"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matcher<'a> {
    /// The label.
    pub label: &'a str,
    /// How it is compared.
    pub operator: MatchOperator,
    /// With what.
    pub value: &'a str,
    /// The value as a regular expression, taken apart; empty of the other operators.
    pub pattern: &'a [Alternative<'a>],
    /// Where it stands.
    pub span: Span,
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

impl<'a> NodeRef<'a> {
    /// Calls `visit` with the name of each selector, in the order of the text.
    pub fn each_metric(self, visit: &mut dyn FnMut(&'a str)) {
        let mut left = vec![self];
        while let Some(node) = left.pop() {
            let node = node.get();
            if let Node::Selector { metric, .. } = node {
                visit(metric);
            }
            let parts = left.len();
            node.each_part(&mut |part| left.push(part));
            left[parts..].reverse();
        }
    }
}

impl<'a> Node<'a> {
    /// Calls `visit` with each part that this one is made of.
    pub fn each_part(&self, visit: &mut dyn FnMut(NodeRef<'a>)) {
        match *self {
            Node::Selector { .. } | Node::Number(_) | Node::Text(_) => {}
            Node::Call { arguments, .. } => arguments.iter().for_each(visit),
            Node::Aggregate { parameter, of, .. } => {
                visit(parameter);
                visit(of);
            }
            Node::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Node::Subquery { of, .. } => visit(of),
        }
    }

    /// Where it stands; numbers and texts have no place of their own.
    pub const fn span(&self) -> Span {
        match self {
            Node::Selector { span, .. }
            | Node::Call { span, .. }
            | Node::Aggregate { span, .. }
            | Node::Binary { span, .. }
            | Node::Subquery { span, .. } => *span,
            Node::Number(_) | Node::Text(_) => Span::NONE,
        }
    }
}

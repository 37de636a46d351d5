/// Stands in names, labels and values for what a variable of a dashboard will be.
pub const ANY: &str = "__any__";

/// A part of a query.
#[derive(Debug, Clone, Copy, PartialEq)]
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
        labels: &'a [&'a str],
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
        labels: &'a [&'a str],
        /// Which side may have several series for one of the other.
        many: Many,
        /// The labels that the other side adds.
        include: &'a [&'a str],
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

    /// Whether values are compared somewhere, so that some series fall out; `absent` does the same, and `vector(1)` is a
    /// dead man's switch, which is to fire always.
    pub fn compares(&self) -> bool {
        let here = match self {
            Node::Call { function, .. } => function.starts_with("absent") || *function == "vector",
            Node::Binary { operator, .. } => ["==", "!=", ">", "<", ">=", "<=", "unless"].contains(operator),
            _ => false,
        };
        let mut compares = here;
        self.each_part(&mut |part| compares |= part.compares());
        compares
    }
}

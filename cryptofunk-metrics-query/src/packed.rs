//! Trees in constants. The compiler takes long for an expression of each node: so the macros write all nodes as one literal, and all texts as
//! another, and a node is read from them when it is looked at.

#[cfg(feature = "parse")]
use crate::{assumption::assumption, checked::Purpose, node::Tree};
use crate::{
    names::{LabelSet, Names},
    node::{Grouping, Many, Matcher, Matching, Node, NodeRef, Nodes, Span},
};

/// The nodes of a tree, the root first.
#[doc(hidden)]
pub struct Packed<'a> {
    /// 32 bytes for each node: its kind, three choices, three places of 32 bits and two numbers of 64 bits, lowest bytes first.
    pub nodes: &'a [u8],
    /// Where each text ends, in 32 bits.
    pub ends: &'a [u8],
    /// All texts, one behind the other.
    pub texts: &'a str,
    pub matchers: &'a [Matcher<'a>],
    /// The labels of the query beside those that every query has, and a set of those with a variable in their names.
    pub labels: &'a [&'a str],
    pub variables: u64,
    /// What it was found right under already: an [`Assumption`](crate::assumption::Assumption).
    pub assumption: &'a [u8],
}

/// The bytes of a node.
const SIZE: usize = 32;

const SELECTOR: u8 = 0;
#[cfg(feature = "parse")]
const NUMBER: u8 = 1;
const TEXT: u8 = 2;
const CALL: u8 = 3;
const AGGREGATE: u8 = 4;
const BINARY: u8 = 5;
const SUBQUERY: u8 = 6;

impl<'a> Packed<'a> {
    pub(crate) const fn names(&self) -> Names<'a> {
        Names { list: self.labels, variables: LabelSet(self.variables) }
    }

    const fn text(&self, at: usize) -> &'a str {
        let start = if at == 0 { 0 } else { number(self.ends, at * 4 - 4, 4) as usize };
        let end = number(self.ends, at * 4, 4) as usize;
        self.texts.split_at(end).0.split_at(start).1
    }

    pub(crate) const fn node(&'a self, at: usize) -> Node<'a> {
        let span = Span::NONE;
        let (node, _) = self.nodes.split_at(at * SIZE).1.split_at(SIZE);
        let [kind, one, two, three, ..] = *node else { return Node::Text("") };
        let (a, b, c) = (number(node, 4, 4) as usize, number(node, 8, 4) as usize, number(node, 12, 4) as usize);
        let (x, y) = (number(node, 16, 8), number(node, 24, 8));
        match kind {
            TEXT => Node::Text(self.text(a)),
            CALL => Node::Call { function: self.text(a), arguments: Nodes::packed(self, b, c), span },
            SELECTOR => {
                let matchers = if y == 0 { &[] } else { self.matchers.split_at(c).1.split_at(y as usize).0 };
                Node::Selector { metric: self.text(a), matchers, range_ms: x, modifiers: self.text(b), span }
            }
            AGGREGATE => Node::Aggregate {
                operator: self.text(a),
                grouping: match one {
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
                operator: self.text(a),
                returns_bool: one == 1,
                matching: match two {
                    0 => Matching::All,
                    1 => Matching::On,
                    _ => Matching::Ignoring,
                },
                labels: LabelSet(x),
                many: match three {
                    0 => Many::None,
                    1 => Many::Left,
                    _ => Many::Right,
                },
                include: LabelSet(y),
                left: NodeRef::packed(self, b),
                right: NodeRef::packed(self, c),
                span,
            },
            SUBQUERY => Node::Subquery { of: NodeRef::packed(self, b), range_ms: x, modifiers: self.text(a), span },
            // `NUMBER`.
            _ => Node::Number(f64::from_bits(x)),
        }
    }
}

/// A number of some bytes, the lowest first.
const fn number(bytes: &[u8], at: usize, size: usize) -> u64 {
    let (mut number, mut byte) = (0, size);
    while byte > 0 {
        byte -= 1;
        number = number << 8 | bytes[at + byte] as u64;
    }
    number
}

/// A tree as the macros write it.
#[cfg(feature = "parse")]
#[doc(hidden)]
#[derive(Default)]
pub struct Packing<'a> {
    pub assumption: Vec<u8>,
    pub nodes: Vec<u8>,
    pub ends: Vec<u8>,
    pub texts: String,
    pub matchers: Vec<Matcher<'a>>,
    /// The texts so far.
    seen: Vec<&'a str>,
}

#[cfg(feature = "parse")]
impl<'a> Packing<'a> {
    /// Packs a tree, of a query that is asked for this and whose labels templates print. No query is too deep for it: a node waits for its
    /// place in a row, not on the stack.
    pub fn new(tree: &Tree<'a>, purpose: Purpose, printed: &[&str]) -> Self {
        let mut packing = Packing { assumption: assumption(tree, purpose, printed), ..Packing::default() };
        let mut row = vec![tree.root];
        let mut at = 0;
        while at < row.len() {
            packing.push(row[at].get(), &mut row);
            at += 1;
        }
        packing
    }

    /// Writes a node, and puts those inside it at the end of the row.
    fn push(&mut self, node: Node<'a>, row: &mut Vec<NodeRef<'a>>) {
        let inside = row.len();
        node.each_part(&mut |part| row.push(part));
        let (kind, choices, places, numbers) = match node {
            Node::Selector { metric, matchers, range_ms, modifiers, .. } => {
                let first = self.matchers.len();
                self.matchers.extend(matchers);
                let places = [self.text(metric), self.text(modifiers), first];
                (SELECTOR, [0; 3], places, [range_ms, matchers.len() as u64])
            }
            Node::Number(number) => (NUMBER, [0; 3], [0; 3], [number.to_bits(), 0]),
            Node::Text(text) => (TEXT, [0; 3], [self.text(text), 0, 0], [0; 2]),
            Node::Call { function, arguments, .. } => {
                (CALL, [0; 3], [self.text(function), inside, arguments.len()], [0; 2])
            }
            Node::Aggregate { operator, grouping, labels, .. } => {
                let places = [self.text(operator), inside, inside + 1];
                (AGGREGATE, [grouping as u8, 0, 0], places, [labels.0, 0])
            }
            Node::Binary { operator, returns_bool, matching, labels, many, include, .. } => {
                let choices = [returns_bool.into(), matching as u8, many as u8];
                (BINARY, choices, [self.text(operator), inside, inside + 1], [labels.0, include.0])
            }
            Node::Subquery { range_ms, modifiers, .. } => {
                (SUBQUERY, [0; 3], [self.text(modifiers), inside, 0], [range_ms, 0])
            }
        };
        self.nodes.push(kind);
        self.nodes.extend(choices);
        // A query of 4 GB does not come this far.
        self.nodes.extend(places.iter().flat_map(|place| (*place as u32).to_le_bytes()));
        self.nodes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    /// The place of a text.
    fn text(&mut self, text: &'a str) -> usize {
        self.seen.iter().position(|one| *one == text).unwrap_or_else(|| {
            self.seen.push(text);
            self.texts.push_str(text);
            self.ends.extend((self.texts.len() as u32).to_le_bytes());
            self.seen.len() - 1
        })
    }
}

#[cfg(all(test, feature = "parse"))]
mod tests {
    use super::*;
    use crate::parse::{Arena, grammar::Parser};

    fn packed<T>(text: &str, look: impl FnOnce(NodeRef<'_>, &Packed<'_>) -> T) -> T {
        let arena = Arena::new();
        // Places are not packed.
        let mut parser = Parser::new(&arena, text, false);
        let part = parser.query().expect("it is PromQL");
        let root = parser.kept(part.node);
        let names = Names { list: &parser.names, variables: LabelSet(5) };
        let Packing { nodes, ends, texts, matchers, assumption, .. } =
            Packing::new(&Tree { root, names }, Purpose::Series, &[]);
        let (labels, variables) = (names.list, names.variables.0);
        look(
            root,
            &Packed {
                nodes: &nodes,
                ends: &ends,
                texts: &texts,
                matchers: &matchers,
                labels,
                variables,
                assumption: &assumption,
            },
        )
    }

    #[test]
    fn a_tree_is_what_was_packed() {
        for text in [
            "1",
            "-0.5",
            "NaN",
            r#""ä text""#,
            "time()",
            r#"a{x="1", y=~"b|c.*", z!=""}[5m] offset 1h"#,
            r#"{x="1"}"#,
            "sum(a) / on (x, y) group_left (z) max without (x) (b) > bool 5",
            "a and ignoring (x) b unless on () c",
            "topk(3, rate(a[5m:1m] @ end())) by (le, job)",
            r#"label_replace(count_values("v", a), "x", "$1", "y", "(.*)") ^ -b"#,
            "quantile_over_time(0.9, a[1d])",
        ] {
            packed(text, |root, packed| {
                let read = NodeRef::packed(packed, 0);
                assert_eq!(format!("{read:?}"), format!("{root:?}"), "{text}");
                assert_eq!((packed.names().list, packed.names().variables), (packed.labels, LabelSet(5)));
            });
        }
    }

    #[test]
    fn no_tree_is_too_deep() {
        let text = format!("{}a{}", "abs(".repeat(9_000), ")".repeat(9_000));
        packed(&text, |_, packed| assert_eq!(packed.nodes.len(), 9_001 * SIZE));
    }
}

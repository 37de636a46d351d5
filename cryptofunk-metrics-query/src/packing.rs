//! Trees as the macros write them into constants.

mod assumption;

use crate::{
    checked::Purpose,
    node::{AGGREGATE, BINARY, CALL, Matcher, NUMBER, Node, NodeRef, SELECTOR, SUBQUERY, TEXT, Tree},
};

/// A tree as the fields of a [`Packed`](crate::node::Packed).
#[doc(hidden)]
#[derive(Default)]
pub struct Packing<'a> {
    pub assumption: Vec<u8>,
    pub words: Vec<u128>,
    pub texts: Vec<&'a str>,
    pub matchers: Vec<Matcher<'a>>,
}

impl<'a> Packing<'a> {
    /// Packs a tree, of a query that is asked for this and whose labels templates print. No query is too deep for it: a node waits for its
    /// place in a row, not on the stack.
    pub fn new(tree: &Tree<'a>, purpose: Purpose, printed: &[&str]) -> Self {
        let mut packing = Packing { assumption: assumption::assumption(tree, purpose, printed), ..Packing::default() };
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
        let mut head = u128::from(kind);
        for (choice, shift) in choices.into_iter().zip([8, 16, 24]) {
            head |= u128::from(choice) << shift;
        }
        for (place, shift) in places.into_iter().zip([32, 64, 96]) {
            // A query of 4 GB does not come this far.
            head |= u128::from(place as u32) << shift;
        }
        let [x, y] = numbers.map(u128::from);
        self.words.extend([head, y << 64 | x]);
    }

    /// The place of a text.
    fn text(&mut self, text: &'a str) -> usize {
        self.texts.iter().position(|one| *one == text).unwrap_or_else(|| {
            self.texts.push(text);
            self.texts.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        names::{LabelSet, Names},
        node::Packed,
        parse::{Arena, grammar::Parser},
    };

    fn packed<T>(text: &str, look: impl FnOnce(NodeRef<'_>, &Packed<'_>) -> T) -> T {
        let arena = Arena::new();
        // Places are not packed.
        let mut parser = Parser::new(&arena, text, false);
        let part = parser.query().expect("it is PromQL");
        let root = parser.kept(part.node);
        let names = Names { list: &parser.names, variables: LabelSet(5) };
        let Packing { words, texts, matchers, assumption } = Packing::new(&Tree { root, names }, Purpose::Series, &[]);
        let (labels, variables) = (names.list, names.variables.0);
        look(
            root,
            &Packed { words: &words, texts: &texts, matchers: &matchers, labels, variables, assumption: &assumption },
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
        packed(&text, |_, packed| assert_eq!(packed.words.len(), 9_001 * 2));
    }
}

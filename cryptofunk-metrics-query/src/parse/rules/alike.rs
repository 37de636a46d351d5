//! Whether two recording rules of one name surely record the same series.

use crate::node::{Grouping, Node, Tree};

/// What tells the series of a record from those of another one of its name: nothing if it is a sum of everything, which has no labels,
/// else the query.
pub(super) fn series(tree: &Tree<'_>, text: &str) -> String {
    match tree.root.get() {
        Node::Aggregate { operator, grouping: Grouping::All, .. }
            if !["topk", "bottomk", "limitk", "limit_ratio", "count_values"].contains(&operator) =>
        {
            String::new()
        }
        _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

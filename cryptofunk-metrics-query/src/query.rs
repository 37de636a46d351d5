use crate::node::{NodeRef, Packed, Tree};

/// A query that was checked against a catalogue while it compiled. `promql!` makes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Query {
    text: &'static str,
    // The catalogue is not kept: the compiler would look through all of it once more for every constant.
    tree: Tree<'static>,
}

impl Query {
    #[doc(hidden)]
    pub const fn unchecked(text: &'static str, tree: Tree<'static>) -> Self {
        Query { text, tree }
    }

    #[doc(hidden)]
    pub const fn packed(text: &'static str, packed: &'static Packed<'static>) -> Self {
        Query { text, tree: Tree { root: NodeRef::packed(packed, 0), names: packed.names() } }
    }

    /// The text, as Prometheus reads it. Variables of Grafana are in it as they were written.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    pub(crate) const fn tree(&self) -> &Tree<'static> {
        &self.tree
    }

    /// The names of its metrics, each once, in the order of the text.
    pub fn metrics(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.tree.root.each_metric(&mut |name| {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        });
        names
    }
}

use crate::node::Node;

/// A query that a catalogue has everything for; `promql!` makes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Query {
    text: &'static str,
    // The catalogue is not kept: the compiler would look through all of it once more for every constant.
    root: &'static Node<'static>,
}

impl Query {
    #[doc(hidden)]
    pub const fn unchecked(text: &'static str, root: &'static Node<'static>) -> Self {
        Query { text, root }
    }

    /// The text, as Prometheus reads it. Variables of Grafana stand in it as they were written.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    pub(crate) const fn root(&self) -> &'static Node<'static> {
        self.root
    }

    /// The names of its metrics, each once, in the order of the text.
    pub fn metrics(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.root.each_metric(&mut |name| {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        });
        names
    }
}

use crate::node::Node;

/// An alert that fires whatever the value.
pub(crate) fn alert_without_comparison(query: &Node<'_>) -> Option<String> {
    let message = "an alert without a comparison fires for every series, whatever its value; compare it, as in `… > 0`";
    (!compares(query)).then(|| message.to_owned())
}

/// Whether values are compared somewhere, so that some series fall out; `absent` does the same, and `vector(1)` is a
/// dead man's switch, which is to fire always.
fn compares(node: &Node<'_>) -> bool {
    let mut compares = match node {
        Node::Call { function, .. } => function.starts_with("absent") || *function == "vector",
        Node::Binary { operator, .. } => ["==", "!=", ">", "<", ">=", "<=", "unless"].contains(operator),
        _ => false,
    };
    node.each_part(&mut |part| compares |= self::compares(part));
    compares
}

//! Queries that are nested deep need more of the stack than a thread has.

use std::thread;

use crate::node::NodeRef;

/// How deep a query can be on any thread.
const SHALLOW: usize = 64;

/// How much of the stack a part takes at most, with what looks at it, when nothing is optimised.
const BYTES_A_PART: usize = 32 * 1024;

/// Runs something that calls itself for each part of a query, with a stack that is large enough.
///
/// # Panics
///
/// If the query is deep and the system has no thread left.
pub(crate) fn run<T: Send>(root: NodeRef<'_>, f: impl FnOnce() -> T + Send) -> T {
    let depth = depth(root);
    if depth <= SHALLOW {
        return f();
    }
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(depth * BYTES_A_PART + (1 << 20));
        match thread.spawn_scoped(scope, f).map(|running| running.join()) {
            Ok(Ok(answer)) => answer,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // The system has no memory for a thread, as when `thread::spawn` panics.
            Err(error) => panic!("a query of {depth} parts in each other needs a thread: {error}"),
        }
    })
}

/// How many parts stand in each other.
fn depth(root: NodeRef<'_>) -> usize {
    let mut deepest = 0;
    let mut left = vec![(root, 1)];
    while let Some((node, depth)) = left.pop() {
        deepest = deepest.max(depth);
        node.get().each_part(&mut |part| left.push((part, depth + 1)));
    }
    deepest
}

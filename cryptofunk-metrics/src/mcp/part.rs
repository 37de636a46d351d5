//! Servers in several blocks. A tool's place is its place among all tools: those of the server's own block first, then those of its parts.

use super::entry::{ToolEntry, ToolInfo};

/// What stands for the tools of a block in its module.
#[diagnostic::on_unimplemented(
    message = "this part has the tools of another type than `{S}`",
    label = "whose tools are these?",
    note = "say it behind the module, as in `tools = [toolkit::admin(self.admin)]`"
)]
pub trait Part<S: 'static> {
    fn entries() -> &'static [ToolEntry<S>];

    /// Exposes the series of its LLM calls.
    fn expose() {}
}

/// The entry at this place, or nothing; then the place is one among the tools that follow.
pub fn entry<S>(entries: &'static [ToolEntry<S>], tool: &mut usize) -> Option<&'static ToolEntry<S>> {
    let found = entries.get(*tool);
    if found.is_none() {
        *tool -= entries.len();
    }
    found
}

/// The same among the tools of a part, which are called on this.
pub fn entry_of<P: Part<S>, S: 'static>(tool: &mut usize, _: &S) -> Option<&'static ToolEntry<S>> {
    entry(P::entries(), tool)
}

/// What is known of the tool at this place among the tools of a part.
pub fn info<P: Part<S>, S: 'static>(tool: &mut usize) -> Option<ToolInfo> {
    entry(P::entries(), tool).map(|entry| entry.info)
}

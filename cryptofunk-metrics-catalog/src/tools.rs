//! The tools of a server that stands in several blocks, joined as constant data.

use crate::{
    descriptor::ToolDescriptor,
    message::{Message, same},
};

/// How many tools the blocks have.
pub const fn count(blocks: &[&[ToolDescriptor]]) -> usize {
    let (mut all, mut at) = (0, 0);
    while at < blocks.len() {
        all += blocks[at].len();
        at += 1;
    }
    all
}

/// The tools of all blocks.
///
/// # Panics
///
/// If two tools have one name.
#[track_caller]
pub const fn join<const N: usize>(blocks: &[&[ToolDescriptor]]) -> [ToolDescriptor; N] {
    let mut all = [ToolDescriptor { name: "", description: "" }; N];
    let (mut block, mut next) = (0, 0);
    while block < blocks.len() {
        let mut at = 0;
        while at < blocks[block].len() {
            all[next] = blocks[block][at];
            refuse_second(&all, next);
            next += 1;
            at += 1;
        }
        block += 1;
    }
    all
}

#[track_caller]
const fn refuse_second(tools: &[ToolDescriptor], last: usize) {
    let mut at = 0;
    while at < last {
        if same(tools[at].name, tools[last].name) {
            let message = Message::new().push("two tools of this server are called `").push(tools[last].name);
            panic!("{}", message.push("`; rename one, as in `#[mcp_tool(name = \"…\")]`").text());
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn tool(name: &'static str) -> ToolDescriptor {
        ToolDescriptor { name, description: "" }
    }

    #[test]
    fn blocks_are_joined_in_order() {
        const BLOCKS: &[&[ToolDescriptor]] = &[&[tool("a")], &[], &[tool("ab"), tool("b")]];
        const ALL: [ToolDescriptor; count(BLOCKS)] = join(BLOCKS);
        assert_eq!(ALL.map(|tool| tool.name), ["a", "ab", "b"]);
    }

    #[test]
    #[should_panic(expected = "two tools of this server are called `a`")]
    fn one_name_is_one_tool() {
        let _: [ToolDescriptor; 3] = join(&[&[tool("a"), tool("b")], &[tool("a")]]);
    }
}

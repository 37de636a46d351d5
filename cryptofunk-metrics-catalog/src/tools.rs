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
pub const fn join<const N: usize>(blocks: &[&[ToolDescriptor]]) -> [ToolDescriptor; N] {
    let mut all = [ToolDescriptor::new("", ""); N];
    let mut next = 0;
    while next < N {
        all[next] = tool(blocks, next);
        next += 1;
    }
    all
}

/// The tool at this place among those of all blocks.
const fn tool(blocks: &[&[ToolDescriptor]], mut place: usize) -> ToolDescriptor {
    let mut block = 0;
    while place >= blocks[block].len() {
        place -= blocks[block].len();
        block += 1;
    }
    blocks[block][place]
}

/// Refuses two tools of one name.
///
/// # Panics
///
/// If there are some; the message names them.
#[track_caller]
pub const fn refuse_one_name(blocks: &[&[ToolDescriptor]]) {
    let (all, mut last) = (count(blocks), 1);
    while last < all {
        let name = tool(blocks, last).name;
        let mut at = 0;
        while at < last {
            if same(tool(blocks, at).name, name) {
                let message = Message::new().push("two tools of this server are called `").push(name);
                panic!("{}", message.push("`; rename one, as in `#[mcp_tool(name = \"…\")]`").text());
            }
            at += 1;
        }
        last += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn called(name: &'static str) -> ToolDescriptor {
        ToolDescriptor::new(name, "")
    }

    #[test]
    fn blocks_are_joined_in_order() {
        const BLOCKS: &[&[ToolDescriptor]] = &[&[called("a")], &[], &[called("ab"), called("b")]];
        const ALL: [ToolDescriptor; count(BLOCKS)] = join(BLOCKS);
        assert_eq!(ALL.map(|tool| tool.name), ["a", "ab", "b"]);
    }

    #[test]
    #[should_panic(expected = "two tools of this server are called `a`")]
    fn one_name_is_one_tool() {
        refuse_one_name(&[&[called("a"), called("b")], &[], &[called("a")]]);
    }
}

//! Blocks made at random: they compile with our attributes as they compile without, and every tool is there.

#[allow(unused, unreachable_pub, unexpected_cfgs, missing_docs, clippy::all)]
mod with_attributes {
    include!(concat!(env!("OUT_DIR"), "/with-attributes.rs"));
}

#[allow(unused, unreachable_pub, unexpected_cfgs, missing_docs, clippy::all)]
mod without_attributes {
    include!(concat!(env!("OUT_DIR"), "/without-attributes.rs"));
}

#[test]
fn every_tool_of_every_block_is_there() {
    with_attributes::every_tool_is_there();
}

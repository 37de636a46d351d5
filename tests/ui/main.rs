//! What the compiler says about mistakes, one a file, and that right code compiles.
//!
//! After a change of the messages: `TRYBUILD=overwrite cargo test -p cryptofunk-tests --test ui`, and read the difference.

#[path = "../pass/blocks/generate.rs"]
mod generated;

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/strict_lints.rs");
    for blocks in generated::blocks() {
        cases.pass(blocks);
    }
    for folder in [
        "label",
        "metrics",
        "measured",
        "mcp_server",
        "mcp_tools",
        "mcp_tool",
        "agent",
        "analysis",
        "llm_call",
        "component",
        "health_check",
        "slo",
        "topology",
        "promql",
        "rules",
    ] {
        cases.compile_fail(format!("ui/{folder}/*.rs"));
    }
}

//! What the compiler says about mistakes, one a file.
//!
//! After a change of the messages: `TRYBUILD=overwrite cargo test -p cryptofunk-tests --test ui`, and read the difference.

#[test]
fn ui() {
    // Without a case that must compile, all are checked at once instead of built one after the other.
    let cases = trybuild::TestCases::new();
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

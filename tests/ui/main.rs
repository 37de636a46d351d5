//! What the compiler says about mistakes, one a file.
//!
//! After a change of the messages: `TRYBUILD=overwrite cargo test -p cryptofunk-tests --test ui`, and read the difference.

use std::{env, process::Command};

/// What trybuild gives the compiler for a case. For the dependencies it leaves out the width, and so they would be checked twice:
/// cargo keeps them apart by these flags. In the environment they take precedence, for both.
const FLAGS: [&str; 6] = ["--cfg", "trybuild", "--verbose", "-A", "dead_code", "--diagnostic-width=140"];

#[test]
fn ui() {
    let flags = ("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"));
    if env::var(flags.0).as_ref() != Ok(&flags.1) {
        let this = env::current_exe().expect("a path");
        let status = Command::new(this).args(env::args_os().skip(1)).envs([flags]).status().expect("it starts");
        assert!(status.success(), "{status}");
        return;
    }
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

//! What several tests ask about: CryptoFunk's declarations, without its components.

#[path = "../../demo-servers/src/domain/mod.rs"]
pub mod domain;

pub use domain::CATALOG;

/// The blocks of these pages compile, and run unless they serve.
#[cfg(doctest)]
mod pages {
    macro_rules! pages {
        ($folder:literal: $($name:ident: $path:literal,)*) => { $(#[doc = include_str!(concat!("../../", $folder, $path))] mod $name {})* };
    }

    pages! { "docs/how-to/":
        alerts: "alerts.md",
        axum: "axum.md",
        from_autometrics: "from-autometrics.md",
        from_prometheus: "from-prometheus.md",
        from_rmcp: "from-rmcp.md",
        names: "names.md",
        native_histograms: "native-histograms.md",
        objectives: "objectives.md",
        traces: "traces.md",
    }

    // The rustdoc of the macros.
    pages! { "cryptofunk-metrics-macros/src/rustdoc/":
        agent: "agent.md",
        analysis: "analysis.md",
        component: "component.md",
        health_check: "health_check.md",
        label: "label.md",
        llm_call: "llm_call.md",
        mcp_handler: "mcp_handler.md",
        mcp_server: "mcp_server.md",
        mcp_tool: "mcp_tool.md",
        mcp_tools: "mcp_tools.md",
        measured: "measured.md",
        metrics: "metrics.md",
        promql: "promql.md",
        rules: "rules.md",
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// A page that is not listed would not be tested.
    #[test]
    fn all_pages_with_rust_are_listed() {
        let listed = include_str!("lib.rs");
        // In rustdoc, a block is Rust if nothing else is said.
        for (folder, rust) in [
            ("docs/how-to", ["```rust\n", "```rust,no_run\n"]),
            ("cryptofunk-metrics-macros/src/rustdoc", ["```\n"; 2]),
        ] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
            for page in fs::read_dir(folder).expect("the folder is there") {
                let page = page.expect("a file").path();
                let text = fs::read_to_string(&page).expect("text");
                let name = page.file_name().expect("a name").to_string_lossy();
                let is_listed = listed.contains(&format!("\"{name}\","));
                assert!(
                    is_listed || !rust.iter().any(|block| text.contains(block)),
                    "{name} is not in tests/src/lib.rs"
                );
            }
        }
    }
}

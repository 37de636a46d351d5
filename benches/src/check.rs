//! What the developer waits for: `cargo check` of a server of 50 tools, with this library's macros and with the SDK's, and of 500 queries,
//! checked and as plain texts. The crates are written into a folder.

use std::{fmt::Write, fs, path::Path, process::Command, time::Instant};

use crate::median::median;

const TOOLS: usize = 50;
const QUERIES: usize = 500;
const ROUNDS: usize = 9;
const CRATES: [&str; 4] = ["ours", "theirs", "queries", "texts"];

pub(crate) fn run(folder: &Path) {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cryptofunk-metrics");
    let library = library.display();
    let with_queries = format!(
        "cryptofunk-metrics = {{ path = {:?}, default-features = false, features = [\"promql\"] }}",
        library.to_string()
    );
    let dependencies = [
        format!("cryptofunk-metrics = {{ path = {:?} }}", library.to_string()),
        "rmcp = { version = \"3.11\", default-features = false, features = [\"macros\", \"server\", \"transport-io\", \"transport-streamable-http-server\"] }".to_owned(),
        with_queries.clone(),
        with_queries,
    ];
    let sources = [ours(), theirs(), queries(true), queries(false)];
    for ((name, dependency), source) in CRATES.into_iter().zip(dependencies).zip(sources) {
        fs::create_dir_all(folder.join(name).join("src")).expect("a folder");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependency}\n\
             schemars = \"1.2\"\nserde = {{ version = \"1\", features = [\"derive\"] }}\n"
        );
        fs::write(folder.join(name).join("Cargo.toml"), manifest).expect("a file");
        fs::write(folder.join(name).join("src/lib.rs"), source).expect("a file");
    }
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).expect("a lock file");
    fs::write(folder.join("Cargo.toml"), format!("[workspace]\nmembers = {CRATES:?}\nresolver = \"3\"\n"))
        .expect("a file");
    check(folder, "ours");
    check(folder, "theirs");
    check(folder, "queries");
    check(folder, "texts");
    let mut times = CRATES.map(|_| Vec::new());
    for round in 0..ROUNDS {
        eprint!("\rchecking: round {} of {ROUNDS}", round + 1);
        for (name, times) in CRATES.iter().zip(&mut times) {
            forget(folder, name);
            times.push(check(folder, name));
        }
    }
    eprintln!();
    let [ours, theirs, queries, texts] = &times;
    let ratio = median(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs));
    let more = median(queries.iter().zip(texts).map(|(queries, texts)| queries - texts));
    let middle = |times: &[f64]| median(times.iter().copied());
    println!("| what | s | compared with |");
    println!("|---|---:|---|");
    println!(
        "| a server of {TOOLS} tools with `#[mcp_server]` | {:.2} | {ratio:.2} × the SDK's macros |",
        middle(ours)
    );
    println!("| the same server with the SDK's macros | {:.2} | |", middle(theirs));
    println!("| {QUERIES} queries in `promql!` | {:.2} | {more:.2} s more than as strings |", middle(queries));
    println!("| the same queries as strings | {:.2} | |", middle(texts));
}

/// Deletes what the compiler kept of the last check.
fn forget(folder: &Path, name: &str) {
    let kept = fs::read_dir(folder.join("target/debug/incremental")).into_iter().flatten().flatten();
    for entry in kept.filter(|entry| entry.file_name().to_string_lossy().starts_with(&format!("{name}-"))) {
        fs::remove_dir_all(entry.path()).expect("a folder of the compiler's");
    }
    let source = folder.join(name).join("src/lib.rs");
    let text = fs::read(&source).expect("a file");
    fs::write(source, text).expect("a file");
}

/// The seconds of a check.
fn check(folder: &Path, name: &str) -> f64 {
    let start = Instant::now();
    let status = Command::new("cargo").args(["check", "--quiet", "-p", name]).current_dir(folder).status();
    assert!(status.expect("cargo runs").success(), "{name} does not compile");
    start.elapsed().as_secs_f64()
}

fn ours() -> String {
    let mut text = String::from(
        "pub struct Many;\n#[derive(serde::Serialize, schemars::JsonSchema)]\npub struct Answer { pub sum: f64 }\n\
         /// Many tools.\n#[cryptofunk_metrics::mcp_server(name = \"many\", port = 9300)]\nimpl Many {\n",
    );
    for i in 1..=TOOLS {
        let _ = write!(
            text,
            "    /// Tool {i}.\n    #[mcp_tool]\n    pub async fn tool_{i}(&self,\n        /// The values.\n        values: Vec<f64>,\n        \
             /// The factor.\n        factor: f64,\n        /// A name.\n        name: Option<String>) -> Result<Answer, String> {{\n        \
             if name.is_some() {{ return Err(\"no\".to_owned()); }}\n        \
             Ok(Answer {{ sum: values.iter().sum::<f64>() * factor }})\n    }}\n"
        );
    }
    text + "}\n"
}

fn theirs() -> String {
    let mut text = String::from(
        "use rmcp::{Json, ServerHandler, handler::server::wrapper::Parameters, tool, tool_handler, tool_router};\n\
         pub struct Many;\n#[derive(serde::Serialize, schemars::JsonSchema)]\npub struct Answer { pub sum: f64 }\n",
    );
    for i in 1..=TOOLS {
        let _ = write!(
            text,
            "#[derive(serde::Deserialize, schemars::JsonSchema)]\npub struct Arguments{i} {{\n    /// The values.\n    values: Vec<f64>,\n    \
             /// The factor.\n    factor: f64,\n    /// A name.\n    name: Option<String>,\n}}\n"
        );
    }
    text += "#[tool_router]\nimpl Many {\n";
    for i in 1..=TOOLS {
        let _ = write!(
            text,
            "    /// Tool {i}.\n    #[tool]\n    pub async fn tool_{i}(&self, Parameters(Arguments{i} {{ values, factor, name }}): \
             Parameters<Arguments{i}>) -> Result<Json<Answer>, String> {{\n        \
             if name.is_some() {{ return Err(\"no\".to_owned()); }}\n        \
             Ok(Json(Answer {{ sum: values.iter().sum::<f64>() * factor }}))\n    }}\n"
        );
    }
    text + "}\n#[tool_handler]\nimpl ServerHandler for Many {}\n"
}

/// Different queries on CryptoFunk's catalogue, which stands in both crates, so that it is no part of the difference.
fn queries(are_checked: bool) -> String {
    let domain = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo-servers/src/domain/mod.rs");
    let mut text = format!("#[path = {:?}]\n#[allow(dead_code)]\npub mod domain;\n", domain.display().to_string());
    if are_checked {
        text += "use cryptofunk_metrics::{Query, promql};\nuse domain::CATALOG;\n";
    }
    for i in 1..=QUERIES {
        let query = query(i);
        let _ = match are_checked {
            true => writeln!(text, "pub const QUERY_{i}: Query = promql!(CATALOG, {query:?});"),
            false => writeln!(text, "pub const QUERY_{i}: &str = {query:?};"),
        };
    }
    text
}

fn query(i: usize) -> String {
    match i % 5 {
        0 => format!(
            "sum by (server) (rate(cryptofunk_mcp_requests_total{{status=\"error\"}}[{i}m])) / \
             sum by (server) (rate(cryptofunk_mcp_requests_total[{i}m]))"
        ),
        1 => format!(
            "histogram_quantile(0.{i}, sum by (le, server) (rate(cryptofunk_mcp_request_duration_seconds_bucket[{i}m])))"
        ),
        2 => format!("rate(cryptofunk_mcp_tool_calls_total[{i}m]) > {i}"),
        3 => format!("cryptofunk_database_connections_active / cryptofunk_database_connections_max > 0.{i} + {i}"),
        _ => format!("max by (reason) (cryptofunk_circuit_breaker_tripped) * {i} == {i}"),
    }
}

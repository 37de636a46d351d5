//! Writes the pack of the system into a folder: `cargo run --example pack -- monitoring`; `--check` behind it checks the folder.

use std::process::ExitCode;

use cryptofunk_metrics::descriptor::ComponentKind;
use cryptofunk_metrics_tools::pack::Pack;
use weather::monitoring::{COMPONENTS, SCHEMA};

fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    let folder = if arguments.len() > 1 { arguments.remove(1) } else { "monitoring".into() };
    Pack::new("weather", SCHEMA, COMPONENTS)
        .job(ComponentKind::McpServer, "weather")
        .made_by("cargo run --example pack")
        .generate(folder, arguments)
}

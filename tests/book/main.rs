//! The book's reference pages say what the library has. `UPDATE=1` writes their tables anew.

use std::{collections::BTreeSet, env, fs, path::Path};

use cryptofunk_metrics::{descriptor::MetricDescriptor, metrics};

#[metrics(namespace = "shop", convention = "mcp")]
mod mcp {}

#[metrics(namespace = "shop", convention = "otel-mcp")]
mod otel_mcp {}

#[metrics(namespace = "shop", convention = "agent")]
mod agent {}

#[metrics(namespace = "shop", convention = "llm")]
mod llm {}

#[metrics(namespace = "shop", convention = "otel-gen-ai")]
mod otel_gen_ai {}

#[metrics(namespace = "shop", convention = "function")]
mod function {}

const CONVENTIONS: [(&str, &[MetricDescriptor]); 7] = [
    ("mcp", mcp::METRICS),
    ("otel-mcp", otel_mcp::METRICS),
    ("agent", agent::METRICS),
    ("llm", llm::METRICS),
    ("otel-gen-ai", otel_gen_ai::METRICS),
    ("function", function::METRICS),
    ("component", mcp::METRICS),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests have a folder above them")
}

fn table(convention: &str, families: &[MetricDescriptor]) -> String {
    let mut table = "| family | kind | labels | meaning |\n|---|---|---|---|\n".to_owned();
    for family in families.iter().filter(|family| family.convention == Some(convention)) {
        let labels: Vec<String> = family.labels.iter().map(|label| format!("`{}`", label.name)).collect();
        let (name, kind, help) = (family.name, family.kind.as_str(), family.help);
        table += &format!("| `{name}` | {kind} | {} | {help} |\n", labels.join(", "));
    }
    table
}

#[test]
fn the_page_of_families_is_true() {
    let path = root().join("docs/reference/families.md");
    let page = fs::read_to_string(&path).expect("the page");
    let mut wanted = page.clone();
    for (convention, families) in CONVENTIONS {
        let (start, end) = (format!("<!-- families: {convention} -->\n"), "\n<!-- /families -->");
        let from = wanted.find(&start).unwrap_or_else(|| panic!("no `{start}`")) + start.len();
        let to = from + wanted[from..].find(end).expect("an end of the table");
        wanted.replace_range(from..to, table(convention, families).trim_end());
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).expect("written");
    } else {
        assert_eq!(page, wanted, "write it anew: UPDATE=1 cargo test -p cryptofunk-tests --test book");
    }
}

/// The name under which the page has a variable: most that are there for metrics and for traces are so for both.
fn of_both_signals(name: &str) -> String {
    let signals = ["OTEL_EXPORTER_OTLP_METRICS_", "OTEL_EXPORTER_OTLP_TRACES_"];
    match signals.iter().find_map(|signal| name.strip_prefix(signal)) {
        Some(rest) if rest != "DEFAULT_HISTOGRAM_AGGREGATION" => format!("OTEL_EXPORTER_OTLP_{rest}"),
        _ => name.to_owned(),
    }
}

/// The texts in the sources that are names of variables.
fn variables(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            variables(&entry, found);
            continue;
        }
        let source = fs::read_to_string(&entry).expect("a source");
        let is_name = |text: &&str| {
            (text.starts_with("METRICS_") || text.starts_with("MCP_") || text.starts_with("OTEL_"))
                && text.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
        };
        found.extend(source.split('"').filter(is_name).map(of_both_signals));
    }
}

#[test]
fn the_page_of_settings_has_every_variable() {
    let mut read = BTreeSet::new();
    variables(&root().join("cryptofunk-metrics/src"), &mut read);
    assert!(read.len() > 20, "{read:?}");
    let page = fs::read_to_string(root().join("docs/reference/settings.md")).expect("the page");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let listed: BTreeSet<String> = rows.map(|(name, _)| name.to_owned()).collect();
    assert_eq!(listed, read, "docs/reference/settings.md has a row for each variable that the library reads");
}

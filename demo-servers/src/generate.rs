//! `cryptofunk generate`, `docs` and `catalog`: what is written from the declarations.

use std::path::PathBuf;

use anyhow::ensure;
use clap::{Args, ValueEnum};
use cryptofunk_metrics_tools::pack::{check_files, write_files};
use demo_servers::{
    TOPOLOGY,
    monitoring::{documents, pack, system},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing. Fail if a file would change
    #[arg(long)]
    check: bool,
    /// The folder of the project
    #[arg(long, default_value = ".")]
    root: PathBuf,
}

#[derive(Args)]
pub(crate) struct Format {
    /// As JSON for programs, or as Markdown for people
    #[arg(long, value_enum, default_value = "json")]
    format: Kind,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Json,
    Md,
}

/// Prints the catalogue to standard output.
pub(crate) fn catalog(Format { format }: &Format) {
    match format {
        Kind::Json => print!("{}", system().json("cryptofunk catalog")),
        Kind::Md => print!("{}", system().markdown("# Metrics")),
    }
}

/// Writes every file that is generated and whose path begins so, or checks it.
pub(crate) fn generate(Options { check, root }: &Options, start: &str) -> anyhow::Result<()> {
    ensure!(
        root.join("docs").is_dir(),
        "{} has no folder `docs`; run this in the project's folder, or name it with --root",
        root.display()
    );
    let mut files = documents(&pack(TOPOLOGY))?;
    files.retain(|one| one.path.starts_with(start));
    if *check {
        return Ok(check_files(&files, root, "cryptofunk generate")?);
    }
    for path in write_files(&files, root)? {
        eprintln!("wrote {path}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use cryptofunk_metrics::descriptor::{ComponentDescriptor, LabelDescriptor, LabelValues, MetricDescriptor};
    use cryptofunk_metrics_tools::{docs::Category, pack::Pack};
    use demo_servers::{domain::risk, monitoring::CATEGORIES};

    use super::*;

    /// What `--check` says when the declarations are these and the files are those of the real ones.
    fn drift(changed: &Pack) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let files = |pack: &Pack| documents(pack).expect("everything is declared");
        write_files(&files(&pack(TOPOLOGY)), folder.path()).expect("it is written");
        check_files(&files(changed), folder.path(), "a test").expect_err("it has changed").to_string()
    }

    fn with_risk(change: fn(&mut MetricDescriptor)) -> String {
        let mut families = risk::METRICS.to_vec();
        change(&mut families[0]);
        let mut categories = CATEGORIES.to_vec();
        for category in categories.iter_mut().filter(|category| category.title == "Risk") {
            *category = Category { families: families.clone().leak(), ..*category };
        }
        drift(&pack(TOPOLOGY).categories(categories.leak()))
    }

    #[test]
    fn nothing_has_drifted() {
        let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        generate(&Options { check: true, root }, "").expect("every generated file is what would be written");
    }

    #[test]
    fn a_help_text_that_changes_is_named() {
        let told = with_risk(|family| family.help = "Another text.");
        assert!(told.contains("docs/METRICS.md, line ") && told.contains("docs/catalog.json, line "), "{told}");
        assert!(told.contains("under ### `cryptofunk_risk_limit_breaches_total`\n"), "{told}");
        assert!(told.contains("should be Another text. A counter."), "{told}");
    }

    #[test]
    fn a_label_value_that_changes_is_named() {
        const LABELS: &[LabelDescriptor] =
            &[LabelDescriptor { name: "type", values: LabelValues::Closed(&["position_size", "leverage"]) }];
        let told = with_risk(|family| family.labels = LABELS);
        assert!(told.contains("under ### `cryptofunk_risk_limit_breaches_total`\n"), "{told}");
        assert!(told.contains("`position_size`, `leverage` |"), "{told}");
    }

    #[test]
    fn a_port_that_changes_is_named() {
        let mut components: Vec<ComponentDescriptor> = TOPOLOGY.to_vec();
        components[0].port = 8090;
        let told = drift(&pack(components.leak()));
        assert!(told.contains("under ## Components\n  it says   | orchestrator | service | 8081 |"), "{told}");
        assert!(told.contains("should be | orchestrator | service | 8090 |"), "{told}");
    }

    #[test]
    fn a_folder_that_is_not_the_project_is_named() {
        let root = tempfile::tempdir().expect("a folder");
        let options = Options { check: true, root: root.path().to_owned() };
        assert!(generate(&options, "").expect_err("no docs").to_string().contains("--root"));
        std::fs::create_dir(root.path().join("docs")).expect("a folder");
        let told = generate(&options, "").expect_err("no files").to_string();
        assert!(told.contains("docs/METRICS.md is not there") && told.contains("`cryptofunk generate`"), "{told}");
        generate(&Options { check: false, ..options }, "").expect("it is written");
        generate(&Options { check: true, root: root.path().to_owned() }, "").expect("it is what was written");
    }
}

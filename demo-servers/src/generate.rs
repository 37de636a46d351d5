//! `cryptofunk generate`, `docs` and `catalog`: what is written from the declarations.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::{Args, ValueEnum};
use demo_servers::monitoring::{Document, documents, system};

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
    let documents: Vec<Document> = documents(&system()).into_iter().filter(|one| one.path.starts_with(start)).collect();
    let mut drifts = Vec::new();
    for Document { path, text } in &documents {
        let file = root.join(path);
        let written = read(&file)?;
        if written.as_deref() == Some(text) {
            continue;
        }
        if *check {
            drifts.push(format!("{path}{}", difference(written.as_deref(), text)));
        } else {
            let folder = file.parent().unwrap_or(root);
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
            eprintln!("wrote {path}");
        }
    }
    if drifts.is_empty() {
        return Ok(());
    }
    bail!(
        "these files are not what the declarations say:\n{}\n`cryptofunk generate` writes them anew",
        drifts.join("\n")
    )
}

fn read(file: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

/// The first line that differs, and what it stands under.
fn difference(written: Option<&str>, text: &str) -> String {
    let Some(written) = written else { return " is not there".to_owned() };
    let (mut has, mut wants) = (written.lines(), text.lines());
    let mut heading = "";
    for number in 1.. {
        let (has, wants) = (has.next(), wants.next());
        if has != wants {
            let under = if heading.is_empty() { String::new() } else { format!(", under {heading}") };
            let shown = |line: Option<&str>| line.unwrap_or("the end of the file").trim().to_owned();
            return format!(", line {number}{under}\n  it says   {}\n  should be {}", shown(has), shown(wants));
        }
        match has {
            Some(line) if line.starts_with('#') || line.trim_start().starts_with("\"name\":") => heading = line.trim(),
            Some(_) => {}
            None => break,
        }
    }
    " differs in how its lines end".to_owned()
}

#[cfg(test)]
mod tests {
    use cryptofunk_metrics::descriptor::{ComponentDescriptor, LabelDescriptor, LabelValues, MetricDescriptor};
    use cryptofunk_metrics_tools::docs::{Category, System};
    use demo_servers::{TOPOLOGY, domain::risk};

    use super::*;

    /// What `--check` says when the declarations are these and the files are those of the real ones.
    fn drift(system: &System<'_>) -> String {
        let real = documents(&demo_servers::monitoring::system());
        let changed = documents(system);
        let drifts = changed.iter().zip(&real).filter(|(changed, real)| changed.text != real.text);
        drifts
            .map(|(changed, real)| format!("{}{}\n", real.path, difference(Some(&real.text), &changed.text)))
            .collect()
    }

    fn with_risk(change: fn(&mut MetricDescriptor)) -> String {
        let mut families = risk::METRICS.to_vec();
        change(&mut families[0]);
        let categories: Vec<Category> = system()
            .categories
            .iter()
            .map(|category| match category.title {
                "Risk" => Category { title: "Risk", families: families.clone().leak() },
                _ => *category,
            })
            .collect();
        drift(&System { categories: &categories, ..system() })
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
        let told = drift(&System { components: &components, ..system() });
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

//! No file crashes the linter, and none keeps it busy for ever. Files are made of pieces of right ones, cut and put together by chance.
//!
//! A long run: `PROPTEST_CASES=1000000 cargo test --release -p cryptofunk-metrics-tools --test hostile_files`.

use std::{fs, path::Path};

use cryptofunk_metrics_tools::lint::{Linter, Scrape, live_catalog, read_catalog};
use proptest::{prelude::*, sample::select};

const CATALOG: &str = r#"{"families": [{"name": "stock", "type": "gauge", "labels": ["shop"]}, {"name": "orders_total", "type": "counter"}]}"#;

/// What files are made of, beside pieces of the pages.
const PIECES: &[&str] = &[
    "groups:",
    "\n",
    "\n  ",
    "\n      - ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "`",
    "\\",
    "|\n",
    ">-\n",
    "&a ",
    "*a",
    "<<: *a",
    "---\n",
    "# metrics-lint: allow ",
    "short-range",
    "name: g",
    "rules:",
    "alert: A",
    "record: a:b",
    "expr: ",
    "for: ",
    "5m",
    "labels:",
    "annotations:",
    "kind: List",
    "items:",
    "kind: ConfigMap",
    "data:",
    "null",
    "~",
    "!!str",
    "\t",
    "\u{feff}",
    "ü",
    "\u{0}",
    "😀",
    "{{",
    "}}",
    "{{ end }}",
    "{{ if ",
    "{{ range ",
    "{{ define \"x\" }}",
    "{{ template \"x\" . }}",
    "query \"up\"",
    "$labels.x",
    "$value",
    " | ",
    "printf \"%s\" ",
    "(",
    ")",
    "$",
    "${",
    "[[",
    "]]",
    "$__rate_interval",
    "rate(",
    "stock",
    "sum by (",
    "offset ",
    "=~",
    ",",
    "\"panels\":",
    "\"targets\":",
    "\"expr\":",
    "\"templating\":",
    "\"list\":",
    "\"query\":",
    "\"datasource\":",
    "\"kind\":\"Dashboard\"",
    "\"spec\":",
    "\"elements\":",
    "label_values(",
    "\\u",
    "\\ud83d",
    "1e999",
    "-",
    "null,",
];

fn pages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint_files");
    let pages = ["containers.md", "promtool.md", "templates.md", "dashboards.md", "variables.md", "live.md"];
    let text = |page| fs::read_to_string(folder.join(page)).expect("a page");
    pages
        .map(text)
        .iter()
        .flat_map(|page| page.split("```").skip(1).step_by(2))
        .map(|block| block.split_once('\n').expect("a language").1.to_owned())
        .collect()
}

fn lint(text: &str) {
    let linter = Linter::new(read_catalog(CATALOG).expect("a catalogue").catalog);
    for name in ["a.yml", "a.json"] {
        let report = linter.lint(&[(name.to_owned(), text.to_owned())]);
        for finding in &report.findings {
            // Places are places of the file.
            let line = finding.line.unwrap_or(1) as usize;
            assert!(line >= 1 && line <= text.split('\n').count() + 1, "{finding:?} in {text:?}");
        }
    }
}

/// A right file, of which pieces were cut out and between which others were put.
fn changed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![3 => select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, piece), 1..12);
    (select(pages()), edits).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, len, piece) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + len).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn pieces_of_files_do_no_harm(pieces in prop::collection::vec(select(PIECES), 0..60)) {
        lint(&pieces.concat());
    }

    #[test]
    fn files_that_were_changed_do_no_harm(text in changed()) {
        lint(&text);
    }

    #[test]
    fn scrapes_and_catalogues_that_were_changed_do_no_harm(text in changed()) {
        if let Ok(scrape) = Scrape::read("a", &text) {
            live_catalog(&[scrape]);
        }
        _ = read_catalog(&text);
    }

    #[test]
    fn families_of_any_names_make_a_catalogue(
        families in prop::collection::vec(("(x|y|x_total)(_total|_sum|_count|_bucket|_created|_info|)", select(&["counter", "gauge", "histogram", "summary", "info", "stateset", "gaugehistogram", "untyped"][..])), 0..12)
    ) {
        let lines: String = families.iter().map(|(name, kind)| format!("# TYPE {name} {kind}\n{name} 1\n")).collect();
        live_catalog(&[Scrape::read("a", &lines).expect("a scrape")]);
        let families: Vec<_> = families.iter().map(|(name, kind)| format!(r#"{{"name": "{name}", "type": "{kind}"}}"#)).collect();
        _ = read_catalog(&format!(r#"{{"families": [{}]}}"#, families.join(",")));
    }
}

#[test]
fn what_is_nested_deep_or_repeated_does_no_harm() {
    let many = |text: &str| text.repeat(50_000);
    for text in [
        many("["),
        many("{"),
        many("{\"a\":"),
        many("- "),
        many("a: {"),
        format!("{{\"panels\": {}{}}}", many("["), many("]")),
        format!("groups: {}", many("&a [")),
        format!(
            "groups: [{{name: g, rules: [{{alert: A, expr: up == 0, annotations: {{a: '{}'}}}}]}}]",
            many("{{ if 1 }}")
        ),
        format!(
            "groups: [{{name: g, rules: [{{alert: A, expr: up == 0, annotations: {{a: '{{{{ {} }}}}'}}}}]}}]",
            many("(")
        ),
        format!("{{\"panels\": [{{\"targets\": [{{\"expr\": \"{}\"}}]}}]}}", many("$a ")),
        format!("{{\"panels\": [{{\"targets\": [{{\"expr\": \"a{}\"}}]}}]}}", "+$a(b)".repeat(60)),
        many("---\n"),
        many("a: b: c\n---\n"),
        many("# metrics-lint: allow short-range\n"),
    ] {
        lint(&text);
    }
}

#[test]
fn aliases_of_aliases_do_no_harm() {
    let mut text = "a0: &a0 {alert: A, expr: stock == 0}\n".to_owned();
    for i in 0..30 {
        text += &format!("a{}: &a{} [*a{i}, *a{i}]\n", i + 1, i + 1);
    }
    lint(&format!("{text}groups: [{{name: g, rules: *a30}}]\n"));
}

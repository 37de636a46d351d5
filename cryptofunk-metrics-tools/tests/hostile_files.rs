//! No file crashes the linter, and none keeps it busy for ever. Files are made of pieces of right ones, cut and put together by chance.
//!
//! A run of ten minutes of one of them, which also watches how long each file takes:
//! `FUZZ_SECONDS=600 cargo test --release -p cryptofunk-metrics-tools --test hostile_files -- --nocapture dashboards_do_no_harm`.

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use cryptofunk_metrics_tools::lint::{Linter, Scrape, live_catalog, read_catalog};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};

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

/// Queries with each part that PromQL has.
const QUERIES: [&str; 10] = [
    r#"sum by (shop) (rate(orders_total{shop=~"a|b.*", side!="x"}[5m] offset 1h)) / on (shop) group_left (job) stock > bool 0.5"#,
    r#"histogram_quantile(0.99, sum by (le) (rate(wait_seconds_bucket[$__rate_interval])))"#,
    r#"label_replace(stock, "a", "$1-${b}", "shop", "(.*)[a-f]{2,3}x?|^y$") unless on () vector(1) or absent(up{job="a"})"#,
    r#"max_over_time((stock @ end() ** 2)[1h30m:5m] offset -5m) ^ 2 ^ -3 % 0x1F + 1_000 - Inf"#,
    r#"topk by (job) (3, {"a.b", c="d
é"}) and ignoring (a, b) count_values("v", `raw \d`)"#,
    r#"info(stock, {shop="a"}) * sort_by_label(stock, "a", "b") == 1e-3 # a comment"#,
    r#"$fn($metric{$filters, shop=~"$shop"}[$window]) $op ${n:csv} by ($labels)"#,
    r#"rate(orders_total[5m*2]) + delta(stock[1d] smoothed) - increase(orders_total[step()] anchored)"#,
    r#"avg without (le) (-stock) >= scalar(sum(stock)) atan2 time() < quantile_over_time(0.5, stock[1h:])"#,
    r#"label_join(stock, "a", ",", "b", "c") + on (a) group_right () min(stock) fill (0)"#,
];

fn pages(names: &[&str]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint_files");
    let text = |page: &&str| fs::read_to_string(folder.join(page)).expect("a page");
    names
        .iter()
        .map(text)
        .collect::<Vec<_>>()
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

/// A right text, of which pieces were cut out and between which others were put.
fn changed(texts: Vec<String>) -> impl Strategy<Value = String> {
    let piece = prop_oneof![3 => select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, piece), 1..12);
    (select(texts), edits).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, len, piece) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + len).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        chars.into_iter().collect()
    })
}

/// A changed text, or pieces alone.
fn hostile(texts: Vec<String>) -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(select(PIECES), 0..60).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => changed(texts), 1 => pieces]
}

/// Lints some texts; with `FUZZ_SECONDS` as many as there is time for, and none may take long.
fn fuzz(texts: impl Strategy<Value = String>) {
    const LONGEST: Duration = Duration::from_secs(20);
    let seconds = env::var("FUZZ_SECONDS").ok().map(|seconds| seconds.parse().expect("FUZZ_SECONDS is a number"));
    let (start, time) = (Instant::now(), Duration::from_secs(seconds.unwrap_or_default()));
    let mut count = 0_u64;
    let config = Config { failure_persistence: None, ..Config::default() };
    loop {
        let round = TestRunner::new(config.clone()).run(&texts, |text| {
            let start = Instant::now();
            lint(&text);
            prop_assert!(seconds.is_none() || start.elapsed() < LONGEST, "it takes {:?}", start.elapsed());
            Ok(())
        });
        round.unwrap_or_else(|failure| panic!("{failure}"));
        count += u64::from(config.cases);
        if start.elapsed() >= time {
            break;
        }
    }
    if seconds.is_some() {
        println!("{count} texts in {:?}", start.elapsed());
    }
}

#[test]
fn queries_do_no_harm() {
    let in_rules = |query: String| format!("groups: [{{name: g, rules: [{{record: 'a:b', expr: {query:?}}}]}}]");
    fuzz(hostile(QUERIES.map(str::to_owned).to_vec()).prop_map(in_rules));
}

#[test]
fn rule_files_do_no_harm() {
    fuzz(hostile(pages(&["containers.md", "promtool.md", "templates.md"])));
}

#[test]
fn dashboards_do_no_harm() {
    fuzz(hostile(pages(&["dashboards.md", "variables.md"])));
}

proptest! {
    #[test]
    fn scrapes_and_catalogues_that_were_changed_do_no_harm(text in changed(pages(&["live.md"]))) {
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

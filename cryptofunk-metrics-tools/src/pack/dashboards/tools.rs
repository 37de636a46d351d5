//! Which tools are called, how often they fail, and how long they take.

use super::sheet::{RANGE, Sheet, chosen, line, lines, number, or_zero, prints, servers, stacked};
use crate::{
    docs::{Panel, Unit},
    pack::{
        dialect::{Dialect, fits},
        draft::Page,
        facts::Facts,
        records,
    },
};

pub(super) fn sheet(facts: &Facts, dialect: &Dialect) -> Sheet {
    let by = [dialect.server, dialect.tool];
    let (legend, by_text) = (prints(&by), by.join(", "));
    let (server, only) = (chosen(dialect), format!("{{{}{}}}", dialect.server, fits(&chosen(dialect))));
    let (mut now, mut calls, mut latency, mut results) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    if let Some(series) = &dialect.calls {
        let top = |rate: String| vec![line(legend.clone(), format!("topk(5, sum by ({by_text}) ({rate}))"))];
        now.push(number("Most used", Unit::PerSecond, top(dialect.rate(series, &server, &facts.window()))));
        let rate = dialect.rate(series, &server, RANGE);
        calls.push(stacked(
            "Calls",
            Unit::PerSecond,
            vec![line(legend.clone(), format!("sum by ({by_text}) ({rate})"))],
        ));
    }
    if dialect.failed_calls.is_some() {
        let ratio = format!("{}{only}", records::tool_error_ratio(facts, dialect));
        now.push(number("Most failing", Unit::Ratio, vec![line(legend.clone(), format!("topk(5, {ratio} > 0)"))]));
        calls.push(lines("Share of calls that fail", Unit::Ratio, vec![line(legend.clone(), ratio)]));
    }
    if let Some(errors) = facts.families.name("mcp", "mcp_tool_errors_total") {
        let expr = format!("sum by (server, tool, type) (rate({errors}{{server{}}}[{RANGE}]))", fits(&server));
        calls.push(stacked("Failed calls by type", Unit::PerSecond, vec![line("{{server}} {{tool}} {{type}}", expr)]));
    }
    if let Some(durations) = &dialect.call_durations {
        let p95 = format!("{}{only}", records::call_percentile(facts, dialect));
        now.push(
            number("Slowest", Unit::Seconds, vec![line(legend.clone(), format!("topk(5, {p95})"))])
                .about("The 95th percentile."),
        );
        let rate = dialect.rate(&durations.buckets(), &server, RANGE);
        for (title, percent) in [("Median latency", 50), ("99th percentile of the latency", 99)] {
            latency.push(lines(
                title,
                Unit::Seconds,
                vec![line(legend.clone(), records::percentile(percent, &by_text, &rate))],
            ));
        }
        latency.insert(1, lines("95th percentile of the latency", Unit::Seconds, vec![line(legend.clone(), p95)]));
    }
    if let Some(bytes) = facts.families.name("mcp", "mcp_result_bytes") {
        let rate = format!("rate({bytes}_bucket{{server{}}}[{RANGE}])", fits(&server));
        results.push(lines(
            "95th percentile of the size of results",
            Unit::Bytes,
            vec![line(legend.clone(), records::percentile(95, &by_text, &rate))],
        ));
    }
    results.extend(unknown(dialect, &server));
    Sheet {
        page: Page::Tools,
        title: "tools",
        description: "Which tools are called the most, which fail, which are slow, and how large their results are.",
        variables: servers(dialect),
        rows: vec![("Now", now), ("Calls", calls), ("Latency", latency), ("Results", results)],
    }
}

/// Calls of tools that a server does not have, as models make them up.
fn unknown(dialect: &Dialect, server: &str) -> Option<Panel> {
    let calls = dialect.calls.as_ref()?.with(&format!("{}=\"unknown\"", dialect.tool));
    let expr = or_zero(dialect, &calls, server);
    Some(
        lines("Calls of tools that do not exist", Unit::PerSecond, vec![line(prints(&[dialect.server]), expr)])
            .about("Models make up names."),
    )
}

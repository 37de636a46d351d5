//! What fails, and why.

use super::sheet::{RANGE, Sheet, chosen, line, lines, or_zero, prints, servers, stacked};
use crate::{
    docs::Unit,
    pack::{
        dialect::{Dialect, Kept, fits},
        draft::Page,
        facts::Facts,
        records,
    },
};

pub(super) fn sheet(facts: &Facts, dialect: &Dialect) -> Sheet {
    let server = chosen(dialect);
    let (mut shares, mut types) = (Vec::new(), Vec::new());
    if dialect.requests.is_some() {
        let ratio = format!("{}{{{}{}}}", records::error_ratio(facts, dialect), dialect.server, fits(&server));
        shares.push(
            lines("Share of requests that fail", Unit::Ratio, vec![line(prints(&[dialect.server]), ratio)])
                .about("Whoever's fault it is."),
        );
    }
    if let Some(Kept { good, bad }) = &dialect.work {
        let (good, bad) = (dialect.rate(good, &server, RANGE), dialect.rate(bad, &server, RANGE));
        let by = dialect.server;
        let expr = format!("sum by ({by}) ({bad} or 0 * {good})\n  / sum by ({by}) ({good} or {bad})");
        shares.push(
            lines("Share that fails through the server's fault", Unit::Ratio, vec![line(prints(&[by]), expr)])
                .about("Tool errors, timeouts, panics and internal errors of tool calls, prompts, resources and completions: what objectives count."),
        );
    }
    if let Some(errors) = &dialect.errors {
        let rate = dialect.rate(errors, &server, RANGE);
        let of = |title, labels: &[&str]| {
            stacked(
                title,
                Unit::PerSecond,
                vec![line(prints(labels), format!("sum by ({}) ({rate})", labels.join(", ")))],
            )
        };
        types.push(of("Errors by type", &[dialect.server, dialect.kind]));
        types.push(of("Errors by method", &[dialect.server, dialect.method]));
        if let Some(panics) = dialect.panics {
            let expr = or_zero(dialect, &errors.with(panics), &server);
            types.push(lines("Panics", Unit::PerSecond, vec![line(prints(&[dialect.server]), expr)]));
        }
    }
    Sheet {
        page: Page::Errors,
        title: "errors",
        description: "How much fails, of which type, and whose fault it is.",
        variables: servers(dialect),
        rows: vec![("Shares", shares), ("Types", types)],
    }
}

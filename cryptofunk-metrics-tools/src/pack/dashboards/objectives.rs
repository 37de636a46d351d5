//! What is promised, and how much of the error budget is left.

use super::sheet::{Sheet, chosen, line, lines, number, prints, servers};
use crate::{
    docs::{Level, Panel, Unit},
    pack::{
        budget::{BUDGET_DAYS, Indicator, Of},
        clock::{DAY, HOUR, MINUTE},
        constants::list,
        dialect::{Dialect, fits},
        draft::Page,
        facts::Facts,
    },
};

pub(super) fn sheet(facts: &Facts, dialect: &Dialect) -> Sheet {
    let rows = facts.indicators.iter().map(|indicator| (title(indicator), panels(facts, dialect, indicator)));
    Sheet {
        page: Page::Objectives,
        title: "objectives",
        description: "What servers and tools promise, how fast their error budgets burn, and what is left of 30 days.",
        variables: servers(dialect),
        rows: rows.collect(),
    }
}

fn title(indicator: &Indicator) -> &'static str {
    match (indicator.of, indicator.is_latency) {
        (Of::Servers, false) => "Servers: success",
        (Of::Servers, true) => "Servers: latency",
        (Of::Tools, false) => "Tools: success",
        (Of::Tools, true) => "Tools: latency",
    }
}

fn panels(facts: &Facts, dialect: &Dialect, indicator: &Indicator) -> Vec<Panel> {
    let only = format!("{{{}{}}}", dialect.server, fits(&chosen(dialect)));
    let legend = prints(&indicator.labels);
    let ratio = |seconds| format!("{}{only}", indicator.ratio_name(&facts.clock.of(seconds)));
    let budget = format!("{}{only}", indicator.budget_name());
    let left = format!("1 - {} / {budget}", ratio(BUDGET_DAYS * DAY));
    let rate = |name: &str, seconds| line(format!("{legend} {name}"), format!("{} / {budget}", ratio(seconds)));
    vec![
        number("Error budget left", Unit::Ratio, vec![line(legend.clone(), left.clone())])
            .about("Of 30 days, or of as many as Prometheus has.")
            .levels(Level::Bad, list(vec![(0.0, Level::Warning), (0.25, Level::Good)])),
        lines("Error budget over time", Unit::Ratio, vec![line(legend.clone(), left)]).about("Below 0 the promise is broken."),
        lines("Burn rate", Unit::Number, vec![rate("over 5 min", 5 * MINUTE), rate("over 1 h", HOUR), rate("over 1 d", DAY)])
            .about("1 spends the budget in exactly 30 days. Pages begin at 14.4 over an hour and 6 over six, tickets at 3 over a day and 1 over three.")
            .levels(Level::Good, list(vec![(1.0, Level::Warning), (14.4, Level::Bad)])),
    ]
}

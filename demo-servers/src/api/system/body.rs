//! The page in HTML.

use cryptofunk_metrics::{
    descriptor::ComponentDescriptor,
    exporter::html::{Document, Escaped, Plot, Unit},
};

use super::{
    answers::Answers,
    components::{Seen, State},
};
use crate::{
    domain::{orchestrator::Action, trading::Side},
    orchestrator::{Decision, Status},
    order_executor::{SessionStats, Trade},
    rest::Failure,
    scrape::Work,
};

/// What is not known.
const NONE: &str = "–";

/// The page; `host` is the name by which the browser has called this machine.
pub(super) fn page(answers: &Answers, components: &[Seen], host: &str) -> Document {
    let mut page = Document::new("CryptoFunk");
    head(&mut page, answers, components);
    page.push(format_args!("<main>"));
    section(&mut page, "portfolio", "Portfolio", &answers.account, account);
    page.push(format_args!("<section id=components data-live><h2>Components</h2>"));
    table_of_components(&mut page, components, host);
    page.push(format_args!("</section>"));
    section(&mut page, "decisions", "Decisions", &answers.decisions, |page, decisions| {
        table_of_decisions(page, &decisions.items, decisions.total);
    });
    section(&mut page, "trades", "Trades", &answers.trades, |page, trades| {
        table_of_trades(page, &trades.trades, trades.total);
    });
    page.push(format_args!("</main>"));
    page
}

fn head(page: &mut Document, answers: &Answers, components: &[Seen]) {
    let healthy = components.iter().filter(|seen| seen.state.as_ref().is_some_and(|state| state.is_healthy)).count();
    let class = if healthy == components.len() { "good" } else { "bad" };
    page.push(format_args!(
        "<header><h1>CryptoFunk</h1><span id=page-state data-live><span class={class}>{healthy} of {} healthy</span></span>\
         <small id=page-round data-live>",
        components.len(),
    ));
    if let Ok(Status { paused, tick, rounds, .. }) = &answers.status {
        let state = if *paused { "trading is paused" } else { "trading" };
        page.push(format_args!("{state}, {} rounds", Unit::Number.show(*rounds as f64)));
        if let Some(tick) = tick {
            page.push(format_args!(", tick {tick}"));
        }
    }
    page.push(format_args!(
        "</small><nav><a href=component>this API</a><a href=api/v1/openapi.json>OpenAPI</a></nav>\
         <p class=soft>An AI trading system on paper money.</p></header><div id=page-error data-live>"
    ));
    if let Ok(Status { last_error: Some(error), .. }) = &answers.status {
        page.push(format_args!("<p>The last round failed: <span class=bad>{}</span></p>", Escaped(error)));
    }
    page.push(format_args!("</div>"));
}

/// A section of what was answered, or of why nothing was.
fn section<T>(
    page: &mut Document,
    id: &str,
    title: &str,
    answer: &Result<T, Failure>,
    body: impl FnOnce(&mut Document, &T),
) {
    page.push(format_args!("<section id={id} data-live><h2>{title}</h2>"));
    match answer {
        Ok(answer) => body(page, answer),
        Err(failure) => page.push(format_args!("<p class=bad>{}</p>", Escaped(failure.message()))),
    }
    page.push(format_args!("</section>"));
}

fn account(page: &mut Document, account: &SessionStats) {
    let percent = |share: f64| Unit::Ratio.show(share);
    let class = if account.total_pnl_usd < 0.0 { "bad" } else { "good" };
    let cards = [
        ("value", dollars(account.portfolio_value_usd), ""),
        ("gain since the start", signed(account.total_pnl_usd), class),
        ("of the start", percent(account.total_pnl_usd / account.initial_cash_usd), class),
        ("cash", dollars(account.cash_usd), ""),
        ("in positions", dollars(account.exposure_usd), ""),
        ("sales with profit", account.win_rate.map_or(NONE.to_owned(), percent), ""),
        ("Sharpe ratio, a year", account.sharpe_ratio.map_or(NONE.to_owned(), |ratio| Unit::Number.show(ratio)), ""),
        ("drawdown", percent(account.current_drawdown), ""),
        ("worst drawdown", percent(account.max_drawdown), ""),
        ("fees", dollars(account.fees_usd), ""),
    ];
    let values = &account.values_usd;
    page.push(format_args!("<div class=wide>{}</div>", Plot { lines: &[values], unit: Unit::Number, is_rate: false }));
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    if low <= high {
        page.push(format_args!(
            "<div class=ends><span>{} rounds ago</span><span>{} to {}</span><span>now</span></div>",
            Unit::Number.show(values.len().saturating_sub(1) as f64),
            dollars(low),
            dollars(high),
        ));
    } else {
        page.push(format_args!("<p class=soft>No round has been recorded yet.</p>"));
    }
    page.push(format_args!("<div class=cards>"));
    for (caption, shown, class) in cards {
        page.push(format_args!("<div class=card><b class=\"{class}\">{shown}</b><small>{caption}</small></div>"));
    }
    page.push(format_args!("</div>"));
    if account.positions.is_empty() {
        return;
    }
    table(page, &[("pair", ""), ("held", "n"), ("average cost", "n"), ("price", "n"), ("worth", "n"), ("gain", "n")]);
    for position in &account.positions {
        page.push(format_args!("<tr>"));
        cell(page, "pair", "", &position.symbol);
        cell(page, "held", "n", &quantity(position.quantity));
        cell(page, "average cost", "n", &dollars(position.average_cost));
        cell(page, "price", "n", &dollars(position.price));
        cell(page, "worth", "n", &dollars(position.value_usd));
        gain_cell(page, Some(position.unrealized_pnl_usd));
        page.push(format_args!("</tr>"));
    }
    end_of_table(page);
}

fn table_of_components(page: &mut Document, components: &[Seen], host: &str) {
    table(page, &[("component", ""), ("health", "s"), ("rate", "n"), ("errors", "n"), ("p95", "n"), ("up for", "n")]);
    for Seen { component, port, state } in components {
        let ComponentDescriptor { name, description, .. } = *component;
        page.push(format_args!("<tr><td>"));
        // Its page is where the browser has found this one, at the port of the component.
        match port {
            Some(port) => page.push(format_args!("<a href=\"//{}:{port}/\">{name}</a>", Escaped(host))),
            None => page.push(format_args!("{name}")),
        }
        page.push(format_args!(" <small>{}</small>", Escaped(description)));
        match state {
            Some(state) => row_of_component(page, component, state),
            None => {
                page.push(format_args!("</td>"));
                cell(page, "health", "s bad", "down");
                ["rate", "errors", "p95", "up for"].iter().for_each(|head| cell(page, head, "n", NONE));
            }
        }
        page.push(format_args!("</tr>"));
    }
    end_of_table(page);
    page.push(format_args!(
        "<p class=more>Rates over the last half minute of this page. Work is requests of MCP servers and of the API, analyses of agents, decisions of \
         the orchestrator; errors and p95 are since the component's start.</p>"
    ));
}

fn row_of_component(page: &mut Document, component: &ComponentDescriptor, state: &State) {
    for (check, error) in &state.failed {
        page.push(format_args!("<br><span class=bad>{}</span> <small>{}</small>", Escaped(check), Escaped(error)));
    }
    page.push(format_args!("</td>"));
    let (class, health) = if state.is_healthy { ("s good", "healthy") } else { ("s bad", "unhealthy") };
    cell(page, "health", class, health);
    cell(page, "rate", "n", &state.rate.map_or(NONE.to_owned(), |rate| Unit::Number.show_rate(rate)));
    let errors = Unit::Number.show(state.errors);
    if state.new_errors > 0.0 {
        cell(page, "errors", "n bad", &format!("{errors} (+{})", Unit::Number.show(state.new_errors)));
    } else {
        cell(page, "errors", "n", &errors);
    }
    let work = Work::of(component);
    cell(page, "p95", "n", &state.samples.quantile(work.duration, 0.95).unwrap_or_else(|| NONE.to_owned()));
    cell(page, "up for", "n", &Unit::Seconds.show(state.samples.uptime().floor()));
}

fn table_of_decisions(page: &mut Document, decisions: &[Decision], total: u64) {
    if decisions.is_empty() {
        page.push(format_args!("<p class=soft>None since the orchestrator's start.</p>"));
        return;
    }
    table(
        page,
        &[("time, UTC", "s"), ("tick", "n"), ("pair", "s"), ("action", "s"), ("consensus", "n"), ("reason", "")],
    );
    for decision in decisions {
        page.push(format_args!("<tr>"));
        cell(page, "time, UTC", "s", &time(decision.decided_ms));
        cell(page, "tick", "n", &decision.tick.to_string());
        cell(page, "pair", "s", &decision.symbol);
        // What was bought or sold stands out from what was only voted for.
        let traded = if decision.order_id.is_some() { "s good" } else { "s" };
        let (class, action) = match decision.action {
            Action::Buy => (traded, "buy"),
            Action::Sell => (traded, "sell"),
            Action::Hold => ("s", "hold"),
            Action::NoConsensus => ("s", "no consensus"),
            Action::Vetoed => ("s bad", "vetoed"),
        };
        cell(page, "action", class, action);
        cell(page, "consensus", "n", &Unit::Ratio.show(decision.consensus));
        cell(page, "reason", "", &decision.reason);
        page.push(format_args!("</tr>"));
    }
    end_of_table(page);
    more(page, decisions.len(), total, "decisions");
}

fn table_of_trades(page: &mut Document, trades: &[Trade], total: i64) {
    if trades.is_empty() {
        page.push(format_args!("<p class=soft>None in this session.</p>"));
        return;
    }
    table(
        page,
        &[
            ("time, UTC", "s"),
            ("pair", "s"),
            ("side", "s"),
            ("quantity", "n"),
            ("price", "n"),
            ("value", "n"),
            ("fee", "n"),
            ("gain", "n"),
        ],
    );
    for trade in trades {
        page.push(format_args!("<tr>"));
        cell(page, "time, UTC", "s", &time(trade.executed_ms));
        cell(page, "pair", "s", &trade.symbol);
        cell(page, "side", "s", if trade.side == Side::Buy { "buy" } else { "sell" });
        cell(page, "quantity", "n", &quantity(trade.quantity));
        cell(page, "price", "n", &dollars(trade.price));
        cell(page, "value", "n", &dollars(trade.value_usd));
        cell(page, "fee", "n", &dollars(trade.fee_usd));
        gain_cell(page, trade.realized_pnl_usd);
        page.push(format_args!("</tr>"));
    }
    end_of_table(page);
    more(page, trades.len(), u64::try_from(total).unwrap_or(0), "trades");
}

/// The beginning of a table with these heads and classes.
fn table(page: &mut Document, heads: &[(&str, &str)]) {
    page.push(format_args!("<div class=scroll><table><thead><tr>"));
    for (head, class) in heads {
        page.push(format_args!("<th class=\"{class}\">{head}</th>"));
    }
    page.push(format_args!("</tr></thead><tbody>"));
}

fn end_of_table(page: &mut Document) {
    page.push(format_args!("</tbody></table></div>"));
}

fn cell(page: &mut Document, head: &str, class: &str, text: &str) {
    page.push(format_args!("<td class=\"{class}\" data-h=\"{head}\">{}</td>", Escaped(text)));
}

fn gain_cell(page: &mut Document, gain: Option<f64>) {
    let class = match gain {
        Some(gain) if gain < 0.0 => "n bad",
        Some(gain) if gain > 0.0 => "n good",
        _ => "n",
    };
    cell(page, "gain", class, &gain.map_or(NONE.to_owned(), signed));
}

fn more(page: &mut Document, shown: usize, total: u64, what: &str) {
    page.push(format_args!(
        "<p class=more>The last {shown} of {}; <a href=\"api/v1/{what}?limit=500\">more as JSON</a></p>",
        Unit::Number.show(total as f64),
    ));
}

/// Money, to the cent.
fn dollars(value: f64) -> String {
    let cents = (value.abs() * 100.0).round();
    let whole = (cents / 100.0).trunc().to_string();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 && cents > 0.0 { "-" } else { "" };
    format!("{sign}${grouped}.{:02}", cents % 100.0)
}

fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", dollars(value)) } else { dollars(value) }
}

/// A quantity of a pair's first half, which may be small.
fn quantity(value: f64) -> String {
    format!("{value:.6}")
}

fn time(ms: i64) -> String {
    Unit::Timestamp.show(ms as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use cryptofunk_metrics::descriptor::ComponentKind;

    use super::*;

    #[test]
    fn money_is_shown_to_the_cent() {
        let shown = [0.0, 0.004, -0.004, 0.05, 999.999, 100_234.5, -1_234_567.891].map(dollars);
        assert_eq!(shown, ["$0.00", "$0.00", "$0.00", "$0.05", "$1,000.00", "$100,234.50", "-$1,234,567.89"]);
        assert_eq!([1.5, -1.5, 0.0].map(signed), ["+$1.50", "-$1.50", "$0.00"]);
    }

    #[test]
    fn what_is_down_is_said_and_the_rest_is_shown() {
        let answers = Answers {
            status: Err(Failure::unavailable("gone")),
            account: Err(Failure::unavailable("order-executor does not answer: <b>refused</b>")),
            trades: Err(Failure::unavailable("gone")),
            decisions: Err(Failure::unavailable("the orchestrator does not answer")),
        };
        let component = ComponentDescriptor::new("orchestrator", ComponentKind::Service, 8081, "");
        let html = page(&answers, &[Seen { component, port: Some(8081), state: None }], "\"><script>").into_html();
        assert!(html.contains("<p class=bad>order-executor does not answer: &lt;b&gt;refused&lt;/b&gt;</p>"), "{html}");
        assert!(
            html.contains("0 of 1 healthy") && html.contains("<td class=\"s bad\" data-h=\"health\">down</td>"),
            "{html}"
        );
        assert!(html.contains("href=\"//&quot;&gt;&lt;script&gt;:8081/\""), "{html}");
        assert_eq!(html.matches("<script>").count(), 1, "{html}");
    }
}

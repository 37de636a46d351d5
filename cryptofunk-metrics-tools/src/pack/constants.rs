//! What was made at run time as the constants that documents take. It lives until the process ends, as a catalogue that was read does.

use cryptofunk_metrics_query::{Alert as RuleAlert, Arena, Query, Record as RuleRecord, Rules, parse};

use crate::{
    docs::{Look, RunbookEntry},
    pack::draft::{Alert, Group, Labels, Page, all_labels},
};

pub(super) fn text(text: impl Into<String>) -> &'static str {
    text.into().leak()
}

pub(super) fn list<T>(list: Vec<T>) -> &'static [T] {
    list.leak()
}

/// A query of ours. It is PromQL: what comes from outside, names of families and jobs, is checked before (`Families::of`, `Pack::build`) or quoted.
pub(super) fn query(text: impl Into<String>) -> Query {
    let text = self::text(text);
    let arena: &'static Arena = Box::leak(Box::default());
    match parse(arena, text) {
        Ok(tree) => Query::unchecked(text, tree),
        Err(error) => panic!("a query of the pack is no PromQL, which is a fault of this library: {error}: {text}"),
    }
}

fn pairs(labels: &Labels) -> &'static [(&'static str, &'static str)] {
    list(labels.iter().map(|(name, value)| (text(&**name), text(&**value))).collect())
}

/// The rules of a file.
pub(super) fn rules(groups: &[Group], alert_group: &str, alerts: &[Alert], address: impl Fn(Page) -> String) -> Rules {
    let records = groups.iter().flat_map(|group| {
        let name = text(&*group.name);
        group.records.iter().map(move |record| RuleRecord {
            name: text(&*record.name),
            group: name,
            query: query(&*record.expr),
            labels: pairs(&record.labels),
        })
    });
    let group = text(alert_group);
    let alerts = alerts.iter().map(|alert| RuleAlert {
        name: alert.name,
        group,
        query: query(&*alert.expr),
        wait: text(alert.wait.clone().unwrap_or_default()),
        labels: pairs(&all_labels(alert)),
        annotations: pairs(&vec![
            ("summary".to_owned(), alert.summary.clone()),
            ("dashboard".to_owned(), address(alert.page)),
            ("runbook".to_owned(), address(Page::Runbook)),
        ]),
    });
    Rules::new(list(alerts.collect()), list(records.collect()))
}

/// What to do about each alert.
pub(super) fn runbook(alerts: &[Alert]) -> &'static [RunbookEntry] {
    let entry = |alert: &Alert| RunbookEntry {
        alert: alert.name,
        means: text(&*alert.means),
        look: list(
            alert.look.iter().map(|look| Look { tells: text(&*look.tells), query: query(&*look.query) }).collect(),
        ),
        mend: alert.mend,
    };
    list(alerts.iter().map(entry).collect())
}

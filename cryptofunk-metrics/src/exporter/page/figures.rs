//! A family in a few figures.

use std::{
    fmt::{self, Display},
    time::Instant,
};

use crate::{
    exporter::{
        families::{Family, labels},
        history::{Past, total},
        html::{Escaped, Unit},
    },
    exposition::histogram_quantile,
};

/// The quantiles that are shown.
pub(super) const QUANTILES: [(f64, &str); 3] = [(0.5, "p50"), (0.95, "p95"), (0.99, "p99")];

/// What has no value.
pub(super) const NONE: &str = "–";

/// Some figures, the most important at the right.
pub(super) struct Figures(Vec<Figure>);

struct Figure {
    shown: String,
    caption: String,
    /// What is said about it on demand.
    title: String,
}

impl Figures {
    pub(super) fn of(family: Family<'_>, unit: Unit, recent: &[(f64, f64)], past: &Past, now: Instant) -> Self {
        let figures = match family.kind {
            "counter" => vec![rate(family, unit, past, now), counted(unit, total(family), "total")],
            "histogram" => {
                let mut figures = vec![rate(family, Unit::Number, past, now)];
                figures.extend(QUANTILES.map(|(q, caption)| quantile(q, caption, recent, unit)));
                figures
            }
            _ => vec![gauge(family, unit)],
        };
        Figures(figures)
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|Figure { shown, caption, title }| {
            let (shown, caption, title) = (Escaped(shown), Escaped(caption), Escaped(title));
            write!(f, "<span class=figure title=\"{title}\"><b>{shown}</b><small>{caption}</small></span>")
        })
    }
}

fn figure(shown: String, caption: impl Into<String>, title: impl Into<String>) -> Figure {
    Figure { shown, caption: caption.into(), title: title.into() }
}

fn counted(unit: Unit, value: f64, caption: &str) -> Figure {
    figure(unit.show(value), caption, format!("{value} since the start"))
}

/// The rates of all series together.
fn rate(family: Family<'_>, unit: Unit, past: &Past, now: Instant) -> Figure {
    let rates = family.values().map(|(series, value)| past.rate(series, value, now));
    // Without a series nothing happens, and without a reading nothing is known.
    let rate = past.rates_over(now).and_then(|_| rates.sum::<Option<f64>>());
    let over = past.rates_over(now).map(|over| format!("over the last {} s", over.as_secs().max(1)));
    figure(
        rate.map_or(NONE.to_owned(), |rate| unit.show_rate(rate)),
        "rate",
        over.unwrap_or_else(|| "known in a moment".to_owned()),
    )
}

fn quantile(q: f64, caption: &str, recent: &[(f64, f64)], unit: Unit) -> Figure {
    let observations = recent.last().map_or(0.0, |(_, count)| *count);
    let title = format!("of {} observations in the last five minutes", Unit::Number.show(observations));
    figure(shown_quantile(q, recent, unit), caption, title)
}

/// A quantile; that it lies above the last bound is all that is known of one that does.
pub(super) fn shown_quantile(q: f64, buckets: &[(f64, f64)], unit: Unit) -> String {
    let value = histogram_quantile(q, buckets);
    let above = match buckets {
        [.., (highest, within), (_, all)] => q * all > *within && value == *highest,
        _ => false,
    };
    match value.is_nan() {
        true => NONE.to_owned(),
        false if above => format!("> {}", unit.show(value)),
        false => unit.show(value),
    }
}

/// A gauge in one figure: its value, or the range of its values.
fn gauge(family: Family<'_>, unit: Unit) -> Figure {
    let values: Vec<(&str, f64)> = family.values().collect();
    match *values {
        [] => figure(NONE.to_owned(), "no value", "no series has a value yet"),
        // Its value is always 1: what it says stands in its labels.
        [(series, _)] if family.name.ends_with("_info") && series.contains('{') => {
            let labels = labels(series);
            let last = labels.last().map_or_else(String::new, |(_, value)| value.chars().take(24).collect());
            figure(last, labels.last().map_or("", |(name, _)| name), series)
        }
        [(_, value)] => figure(unit.show(value), if unit.is_date(value) { "UTC" } else { "" }, value.to_string()),
        _ => {
            let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (_, value)| {
                (low.min(*value), high.max(*value))
            });
            let shown =
                if low == high { unit.show(low) } else { format!("{} – {}", unit.show(low), unit.show(high)) };
            figure(
                shown,
                format!("{} label sets", Unit::Number.show(values.len() as f64)),
                "the lowest and the highest value",
            )
        }
    }
}

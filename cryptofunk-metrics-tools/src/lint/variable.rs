//! The queries of a dashboard's variables.

use jsonc_parser::ast::Object;

use crate::lint::json::text;

/// The query that answers what a variable asks Prometheus in Grafana's words; nothing if that names no series.
pub(super) fn query(written: &str) -> Option<String> {
    let written = written.trim();
    let call = |function: &str| {
        let rest = written.strip_prefix(function)?.trim_start();
        rest.strip_prefix('(')?.trim_end().strip_suffix(')').map(|inside| inside.trim().to_owned())
    };
    if let Some(arguments) = call("label_values") {
        // `label_values(label)` asks for no metric.
        let (series, label) = arguments.rsplit_once(',')?;
        return Some(values_of(series.trim(), label.trim()));
    }
    if let Some(query) = call("query_result") {
        return Some(query);
    }
    let is_other = ["label_names", "metrics", "label_values", "query_result"]
        .iter()
        .any(|function| written.strip_prefix(function).is_some_and(|rest| rest.trim_start().starts_with('(')));
    (!is_other && !written.is_empty()).then(|| written.to_owned())
}

/// The query for the values of a label.
fn values_of(series: &str, label: &str) -> String {
    // The name of a metric is no label that could be lost.
    if label == "__name__" || series.is_empty() { series.to_owned() } else { format!("count by ({label}) ({series})") }
}

/// The same of a query that stands there in parts, as Grafana's builder keeps it.
pub(super) fn built(query: &Object<'_>) -> Option<String> {
    const LABEL_VALUES: &str = "1";
    let kind = query.get_number("qryType").map(|number| number.value.to_string());
    let metric = text(query, "metric");
    if kind.as_deref() != Some(LABEL_VALUES) || metric.is_empty() {
        return None;
    }
    let filters = query.get_array("labelFilters").into_iter().flat_map(|filters| &filters.elements);
    let matchers: Vec<String> = filters
        .filter_map(|filter| filter.as_object())
        .map(|filter| {
            let value = text(filter, "value").replace('\\', "\\\\").replace('"', "\\\"");
            format!("{}{}\"{value}\"", text(filter, "label"), text(filter, "op"))
        })
        .collect();
    let series = if matchers.is_empty() { metric } else { format!("{metric}{{{}}}", matchers.join(",")) };
    Some(values_of(&series, &text(query, "label"))).filter(|query| !query.contains("by ()"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_values_has_three_forms() {
        for (written, expected) in [
            ("label_values(instance)", None),
            ("label_values(up, instance)", Some("count by (instance) (up)")),
            ("label_values( up{job=~\"a,b\"} , instance ) ", Some("count by (instance) (up{job=~\"a,b\"})")),
            ("label_values(up, __name__)", Some("up")),
            ("query_result(topk(3, up))", Some("topk(3, up)")),
            ("metrics(node_.*)", None),
            ("label_names()", None),
            ("up{job=\"a\"}", Some("up{job=\"a\"}")),
            ("", None),
        ] {
            assert_eq!(query(written).as_deref(), expected, "{written}");
        }
    }
}

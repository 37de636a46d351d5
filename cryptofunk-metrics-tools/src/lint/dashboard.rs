//! The queries of a dashboard: of panels, also in rows, of variables and of annotations.

use cryptofunk_metrics_query::LintRule;
use jsonc_parser::{
    CollectOptions, ParseOptions,
    ast::{Array, Object, StringLit, Value},
    parse_to_ast,
};

use crate::lint::{asked::Asked, finding::Finding};

pub(super) fn queries<'t>(file: &'t str, text: &'t str, asked: &mut Vec<Asked<'t>>, findings: &mut Vec<Finding>) {
    let mut tell = |line, message| {
        let file = file.to_owned();
        findings.push(Finding { file, line, place: String::new(), rule: LintRule::Syntax, message });
    };
    let value = match parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()) {
        Ok(parsed) => parsed.value,
        Err(error) => {
            let line = line_of(text, error.range().start);
            return tell(Some(line), format!("this is no JSON: {}", error.kind()));
        }
    };
    let Some(Value::Object(root)) = &value else {
        return tell(None, "this is no dashboard: it is no JSON object".to_owned());
    };
    // As Grafana's API answers it, a dashboard stands inside.
    let dashboard = root.get_object("dashboard").unwrap_or(root);
    if dashboard.get("panels").is_none() && dashboard.get("rows").is_none() {
        return tell(None, "this is no dashboard: it has no `panels`".to_owned());
    }
    let mut reader = Reader { file, text, asked };
    reader.panels(dashboard);
    for variable in objects(dashboard.get_object("templating").and_then(|part| part.get_array("list"))) {
        reader.variable(variable);
    }
    for annotation in objects(dashboard.get_object("annotations").and_then(|part| part.get_array("list"))) {
        if let Some(expr) = annotation.get_string("expr") {
            reader.ask(expr, expr.value.to_string(), format!("annotation `{}`", name(annotation, "name")), Vec::new());
        }
    }
}

struct Reader<'t, 'a> {
    file: &'t str,
    text: &'t str,
    asked: &'a mut Vec<Asked<'t>>,
}

impl Reader<'_, '_> {
    /// The panels of a dashboard or a row.
    fn panels(&mut self, of: &Object<'_>) {
        for panel in objects(of.get_array("panels")) {
            for target in objects(panel.get_array("targets")) {
                if !is_prometheus(panel) || !is_prometheus(target) {
                    continue;
                }
                let Some(expr) = target.get_string("expr").filter(|expr| !expr.value.trim().is_empty()) else {
                    continue;
                };
                let legend = target.get_string("legendFormat").map(|legend| legend.value.to_string());
                let printed = legend.map(|legend| printed(&legend)).unwrap_or_default();
                self.ask(expr, expr.value.to_string(), format!("panel `{}`", name(panel, "title")), printed);
            }
            self.panels(panel);
        }
        for row in objects(of.get_array("rows")) {
            self.panels(row);
        }
    }

    /// A variable whose values a query answers.
    fn variable(&mut self, variable: &Object<'_>) {
        if variable.get_string("type").is_none_or(|kind| kind.value != "query") || !is_prometheus(variable) {
            return;
        }
        let written = variable.get_string("query");
        let Some(written) =
            written.or_else(|| variable.get_object("query").and_then(|query| query.get_string("query")))
        else {
            return;
        };
        let call = |function: &str| {
            let rest = written.value.trim().strip_prefix(function)?.trim_start();
            rest.strip_prefix('(')?.strip_suffix(')').map(str::to_owned)
        };
        let query = if let Some(arguments) = call("label_values") {
            // `label_values(label)` asks for no metric.
            arguments.rsplit_once(',').map(|(series, label)| format!("count by ({}) ({series})", label.trim()))
        } else {
            call("query_result")
        };
        if let Some(query) = query {
            self.ask(written, query, format!("variable `{}`", name(variable, "name")), Vec::new());
        }
    }

    fn ask(&mut self, at: &StringLit<'_>, text: String, place: String, printed: Vec<String>) {
        let line = Some(line_of(self.text, at.range.start));
        self.asked.push(Asked { file: self.file, line, place, text, printed, allowed: Vec::new() });
    }
}

fn objects<'v, 'a>(array: Option<&'v Array<'a>>) -> impl Iterator<Item = &'v Object<'a>> {
    array.into_iter().flat_map(|array| array.elements.iter()).filter_map(Value::as_object)
}

/// Whether a panel or target may ask Prometheus: it names no other kind of data source.
fn is_prometheus(of: &Object<'_>) -> bool {
    let kind = of.get_object("datasource").and_then(|source| source.get_string("type"));
    kind.is_none_or(|kind| matches!(&*kind.value, "prometheus" | "datasource") || kind.value.starts_with('$'))
}

fn name(of: &Object<'_>, key: &str) -> String {
    of.get_string(key).map(|name| name.value.to_string()).unwrap_or_default()
}

/// The labels that a legend prints: `{{server}}`.
fn printed(legend: &str) -> Vec<String> {
    let labels = legend.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(label, _)| label.trim());
    let is_label = |label: &&str| {
        !label.is_empty() && *label != "__name__" && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    labels.filter(is_label).map(str::to_owned).collect()
}

fn line_of(text: &str, at: usize) -> u64 {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() as u64
}

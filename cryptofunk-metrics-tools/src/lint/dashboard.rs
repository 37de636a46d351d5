//! The queries of dashboards of Grafana: of panels, also in rows and library elements, of variables and of annotations.

use std::collections::BTreeMap;

use cryptofunk_metrics_query::{Purpose, with_values};
use jsonc_parser::ast::{Object, StringLit, Value};

use crate::lint::{
    asked::{Asked, Language},
    data_source::{DataSource, DataSources, Source},
    json::{Json, inner, members, objects, text},
    variable,
};

/// What was found in a file of JSON.
pub(super) enum Content {
    /// A dashboard or several, or parts of one.
    Dashboards,
    /// Rules, as a rule file has them.
    Rules,
    /// Something else.
    Other(&'static str),
}

/// A query that was passed over, and why.
pub(super) struct Passed {
    pub(super) line: u64,
    pub(super) what: String,
}

/// What the queries of a file are added to.
#[derive(Default)]
pub(super) struct Queries {
    pub(super) asked: Vec<Asked>,
    pub(super) passed: Vec<Passed>,
}

/// Reads what a file of JSON holds.
pub(super) fn read(file: usize, json: &Json<'_>, value: Option<&Value<'_>>, queries: &mut Queries) -> Content {
    match value {
        Some(Value::Object(root)) => object(file, json, root, queries),
        Some(Value::Array(list)) => {
            let mut content = Content::Other("a list that holds no dashboard");
            for element in objects(Some(list)) {
                if let Content::Dashboards = object(file, json, element, queries) {
                    content = Content::Dashboards;
                }
            }
            content
        }
        _ => Content::Other("no object"),
    }
}

fn object(file: usize, json: &Json<'_>, root: &Object<'_>, queries: &mut Queries) -> Content {
    let kind = text(root, "kind");
    let is_kubernetes = root.get_string("apiVersion").is_some() && !kind.is_empty();
    if root.get("groups").is_some() || (is_kubernetes && kind != "Dashboard") {
        return Content::Rules;
    }
    let spec = root.get_object("spec").filter(|_| kind == "Dashboard");
    let mut is_dashboard = false;
    // As APIs answer them, dashboards and library elements stand inside.
    for of in [Some(root), root.get_object("dashboard"), root.get_object("json"), root.get_object("result"), spec]
        .into_iter()
        .flatten()
    {
        if of.get("elements").is_some_and(|elements| elements.value.as_object().is_some()) {
            Reader::new(file, json, of, queries).of_schema_v2(of);
            is_dashboard = true;
        } else if is_classic(of) || spec.is_some() {
            Reader::new(file, json, of, queries).classic(of);
            is_dashboard = true;
        }
        let library = [of].into_iter().chain(objects(of.get_array("elements")));
        for model in library
            .filter_map(|of| of.get_object("model"))
            .filter(|model| model.get("targets").is_some() || model.get("type").is_some())
        {
            Reader::new(file, json, of, queries).panel(model);
            is_dashboard = true;
        }
    }
    if is_dashboard { Content::Dashboards } else { Content::Other("neither a dashboard nor rules") }
}

/// Whether an object looks like a dashboard, though it may have no panels.
fn is_classic(of: &Object<'_>) -> bool {
    let has = |key| of.get(key).is_some();
    has("panels")
        || has("rows")
        || has("templating")
        || has("annotations")
        || has("schemaVersion")
        || has("__elements")
        || has("targets")
}

struct Reader<'t, 'q> {
    file: usize,
    json: &'t Json<'t>,
    sources: DataSources,
    /// The values of variables that have one only.
    constants: BTreeMap<String, String>,
    queries: &'q mut Queries,
}

impl<'t, 'q> Reader<'t, 'q> {
    fn new(file: usize, json: &'t Json<'t>, dashboard: &Object<'_>, queries: &'q mut Queries) -> Self {
        let variables = dashboard.get_object("templating").and_then(|part| part.get_array("list"));
        let classic = objects(variables)
            .filter(|of| text(of, "type") == "constant")
            .map(|of| (text(of, "name"), text(of, "query")));
        let newer = members(dashboard, "variables");
        let newer =
            newer.iter().filter(|of| text(of, "kind") == "ConstantVariable").filter_map(|of| of.get_object("spec"));
        let constants = classic
            .chain(newer.map(|of| (text(of, "name"), text(of, "query"))))
            .filter(|(_, value)| !value.is_empty() && !value.contains(['$', '[']));
        Reader { file, json, sources: DataSources::of(dashboard), constants: constants.collect(), queries }
    }

    fn classic(&mut self, dashboard: &Object<'_>) {
        self.panels(dashboard);
        for element in members(dashboard, "__elements") {
            if let Some(model) = element.get_object("model") {
                self.panel(model);
            }
        }
        for variable in objects(dashboard.get_object("templating").and_then(|part| part.get_array("list"))) {
            if matches!(&*text(variable, "type"), "query" | "") {
                let source = self.source(&[variable]);
                self.variable(variable, &text(variable, "name"), source);
            }
        }
        for annotation in objects(dashboard.get_object("annotations").and_then(|part| part.get_array("list"))) {
            let target = annotation.get_object("target").unwrap_or(annotation);
            let expr = target.get_string("expr").or_else(|| annotation.get_string("expr"));
            let place = format!("annotation `{}`", text(annotation, "name"));
            let source = self.source(&[annotation]);
            self.target(expr, source, place, Vec::new());
        }
    }

    /// The panels of a dashboard or a row.
    fn panels(&mut self, of: &Object<'_>) {
        for panel in objects(of.get_array("panels")) {
            self.panel(panel);
        }
        for row in objects(of.get_array("rows")) {
            self.panels(row);
        }
    }

    fn panel(&mut self, panel: &Object<'_>) {
        for target in objects(panel.get_array("targets")) {
            let source = self.source(&[panel, target]);
            let place = format!("panel `{}`", text(panel, "title"));
            self.target(target.get_string("expr"), source, place, printed(target));
        }
        if let Some(model) = inner(panel, &["libraryPanel", "model"]) {
            self.panel(model);
        }
        self.panels(panel);
    }

    /// The data source of the innermost of some objects that names one.
    fn source(&self, of: &[&Object<'_>]) -> Source {
        let named = |of: &&Object<'_>| self.sources.source(of.get("datasource").map(|property| &property.value));
        of.iter().rev().find_map(named).unwrap_or(Source::DEFAULT)
    }

    fn of_schema_v2(&mut self, spec: &Object<'_>) {
        for element in members(spec, "elements") {
            let Some(panel) = element.get_object("spec") else { continue };
            let place = format!("panel `{}`", text(panel, "title"));
            let queries = inner(panel, &["data", "spec"]).and_then(|group| group.get_array("queries"));
            for query in objects(queries).filter_map(|query| query.get_object("spec")) {
                let Some(asked) = query.get_object("query") else { continue };
                let source = self.source_v2(query, asked);
                let Some(spec) = asked.get_object("spec") else { continue };
                self.target(spec.get_string("expr"), source, place.clone(), printed(spec));
            }
        }
        for variable in members(spec, "variables").into_iter().filter(|of| text(of, "kind") == "QueryVariable") {
            let Some(variable) = variable.get_object("spec") else { continue };
            let Some(asked) = variable.get_object("query") else { continue };
            let source = self.source_v2(variable, asked);
            let name = text(variable, "name");
            let Some(spec) = asked.get_object("spec") else { continue };
            match spec.get_string("__legacyStringValue") {
                Some(written) => self.written(written, &name, source),
                None => self.built(spec, &name, source),
            }
        }
        for annotation in members(spec, "annotations").into_iter().filter_map(|of| of.get_object("spec")) {
            let Some(asked) = annotation.get_object("query") else { continue };
            let source = self.source_v2(annotation, asked);
            let place = format!("annotation `{}`", text(annotation, "name"));
            let expr = asked.get_object("spec").and_then(|spec| spec.get_string("expr"));
            self.target(expr, source, place, Vec::new());
        }
    }

    /// The data source of a query of the schema v2; older forms have it beside the query.
    fn source_v2(&self, beside: &Object<'_>, query: &Object<'_>) -> Source {
        let named = self.sources.of_query(query);
        let beside = || self.sources.source(beside.get("datasource").map(|property| &property.value));
        named.or_else(beside).unwrap_or(Source::DEFAULT)
    }

    /// A variable whose values a query answers.
    fn variable(&mut self, variable: &Object<'_>, name: &str, source: Source) {
        if let Some(written) = variable.get_string("query") {
            return self.written(written, name, source);
        }
        if let Some(query) = variable.get_object("query") {
            self.built(query, name, source);
        } else if let Some(written) = variable.get_string("definition") {
            self.written(written, name, source);
        }
    }

    fn built(&mut self, query: &Object<'_>, name: &str, source: Source) {
        let written = ["query", "classicQuery", "expr", "varQuery"].iter().find_map(|key| query.get_string(key));
        if let Some(written) = written.filter(|written| !written.value.trim().is_empty()) {
            return self.written(written, name, source);
        }
        let Some(metric) = query.get_string("metric") else { return };
        if let Some(query) = variable::built(query) {
            self.ask(metric, query, source, format!("variable `{name}`"), Vec::new());
        }
    }

    fn written(&mut self, written: &StringLit<'_>, name: &str, source: Source) {
        let Some(query) = variable::query(&written.value) else { return };
        let is_plain = query == written.value.trim();
        let place = format!("variable `{name}`");
        // It may be a query of another language in which nothing says so.
        match source.kind {
            DataSource::Unknown if is_plain => {
                self.add(written, query, (Language::Maybe, source.name), place, Vec::new());
            }
            _ => self.ask(written, query, source, place, Vec::new()),
        }
    }

    fn target(&mut self, expr: Option<&StringLit<'_>>, source: Source, place: String, printed: Vec<String>) {
        if let Some(expr) = expr.filter(|expr| !expr.value.trim().is_empty()) {
            self.ask(expr, expr.value.to_string(), source, place, printed);
        }
    }

    fn ask(&mut self, at: &StringLit<'_>, query: String, source: Source, place: String, printed: Vec<String>) {
        match source.kind {
            DataSource::Prometheus(language) => self.add(at, query, (language, source.name), place, printed),
            DataSource::Unknown => self.add(at, query, (Language::Unknown, source.name), place, printed),
            DataSource::Other(name) => {
                let (line, _) = self.json.place(at.range.start);
                self.queries.passed.push(Passed { line, what: format!("{place}: a query of the data source {name}") });
            }
        }
    }

    fn add(
        &mut self,
        at: &StringLit<'_>,
        query: String,
        (language, source): (Language, String),
        place: String,
        printed: Vec<String>,
    ) {
        let (line, _) = self.json.place(at.range.start);
        let text = with_values(&query, |name| self.constants.get(name).map(String::as_str));
        let (file, located) = (self.file, self.json.located(at));
        self.queries.asked.push(Asked {
            file,
            line,
            place,
            located,
            text,
            tree: None,
            purpose: Purpose::Series,
            printed,
            allowed: Vec::new(),
            language,
            source: Some(source),
        });
    }
}

/// The labels that the legend of a target prints: `{{server}}`. A table has none.
fn printed(target: &Object<'_>) -> Vec<String> {
    if text(target, "format") == "table" {
        return Vec::new();
    }
    let legend = text(target, "legendFormat");
    let labels = legend.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(label, _)| label.trim());
    let is_label = |label: &&str| {
        !label.is_empty() && *label != "__name__" && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    labels.filter(is_label).map(str::to_owned).collect()
}

//! Dashboards as the JSON that Grafana reads.

use serde_json::{Value, json};

use crate::docs::{
    dashboard::{Dashboard, Level, Levels, Line, Panel, Row, Shape, Unit, Variable},
    runbook::entry_markdown,
    runbook_entry::RunbookEntry,
    system::System,
};

/// The version of the JSON, that of Grafana 11.
const SCHEMA: u32 = 41;

/// How many columns a dashboard has.
const COLUMNS: usize = 24;

/// Where panels are put, from the top.
#[derive(Default)]
struct Sheet {
    panels: Vec<Value>,
    y: usize,
}

impl Sheet {
    fn row(&mut self, title: &str) {
        self.panels.push(json!({
            "id": id(&format!("row {title}")), "type": "row", "title": title, "collapsed": false, "panels": [],
            "gridPos": {"x": 0, "y": self.y, "w": COLUMNS, "h": 1},
        }));
        self.y += 1;
    }

    /// Puts panels side by side, at most so many.
    fn side_by_side(&mut self, panels: Vec<Value>, most: usize, height: usize) {
        let lines = panels.len().div_ceil(most).max(1);
        let a_line = panels.len().div_ceil(lines).max(1);
        for line in panels.chunks(a_line) {
            let width = COLUMNS / line.len();
            for (i, panel) in line.iter().enumerate() {
                let mut panel = panel.clone();
                panel["gridPos"] = json!({"x": i * width, "y": self.y, "w": width, "h": height});
                self.panels.push(panel);
            }
            self.y += height;
        }
    }
}

impl Dashboard {
    /// The dashboard as JSON for Grafana's provisioning, its import and its API. The description ends with the name of the command
    /// that wrote it, and `links` are other pages, each with a title and an address.
    ///
    /// The output depends only on the declarations, so files without a change stay the same.
    pub fn json(&self, made_by: &str, links: &[(&str, &str)]) -> String {
        let mut sheet = Sheet::default();
        for Row { title, panels } in self.rows {
            sheet.row(title);
            let numbers = panels.iter().all(|panel| panel.shape == Shape::Number);
            let (most, height) = if numbers { (6, 4) } else { (3, 8) };
            sheet.side_by_side(panels.iter().map(|panel| self::panel(title, panel)).collect(), most, height);
        }
        let source = json!({
            "name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "hide": 0,
            "current": {"selected": false, "text": "Prometheus", "value": "prometheus"},
        });
        let variables: Vec<Value> = std::iter::once(source).chain(self.variables.iter().map(variable)).collect();
        let description = format!("{} Made by `{made_by}`.", self.description);
        page(self.uid, self.title, &description, &sheet.panels, &variables, links)
    }
}

impl System<'_> {
    /// The runbook as a dashboard, with a panel for each alert. Alerts and dashboards can link to a panel.
    pub fn runbook_json(&self, uid: &str, title: &str, made_by: &str, links: &[(&str, &str)]) -> String {
        let mut sheet = Sheet::default();
        let panel = |entry: &RunbookEntry| {
            json!({
                "id": id(entry.alert), "type": "text", "title": entry.alert,
                "options": {"mode": "markdown", "content": entry_markdown(self, entry)},
            })
        };
        sheet.side_by_side(self.runbook.iter().map(panel).collect(), 1, 14);
        let description = format!("What to do about each alert. Made by `{made_by}`.");
        page(uid, title, &description, &sheet.panels, &[], links)
    }
}

fn page(
    uid: &str,
    title: &str,
    description: &str,
    panels: &[Value],
    variables: &[Value],
    links: &[(&str, &str)],
) -> String {
    let links: Vec<Value> = links
        .iter()
        .map(|(title, url)| {
            json!({
                "title": title, "type": "link", "url": url, "icon": "external link", "tooltip": "", "tags": [],
                "asDropdown": false, "targetBlank": false, "includeVars": false, "keepTime": true,
            })
        })
        .collect();
    let page = json!({
        "uid": uid, "title": title, "description": description, "tags": [], "schemaVersion": SCHEMA,
        "editable": false, "graphTooltip": 1, "timezone": "browser", "refresh": "15s",
        "time": {"from": "now-1h", "to": "now"}, "links": links, "panels": panels,
        "templating": {"list": variables}, "annotations": {"list": []},
    });
    format!("{page:#}\n")
}

fn variable(Variable { name, title, series }: &Variable) -> Value {
    json!({
        "name": name, "label": title, "type": "query", "datasource": source(),
        "query": format!("label_values({}, {name})", series.text().trim()),
        // When the range of time changes.
        "refresh": 2,
        "sort": 1, "multi": true, "includeAll": true, "allValue": ".*", "hide": 0, "regex": "",
        "current": {"selected": true, "text": ["All"], "value": ["$__all"]},
    })
}

fn source() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}

fn panel(row: &str, panel: &Panel) -> Value {
    let Panel { title, description, shape, unit, lines, levels, states } = panel;
    let is_number = *shape == Shape::Number;
    let targets: Vec<Value> = lines
        .iter()
        .zip('A'..='Z')
        .map(|(Line { query, legend }, letter)| {
            let text: Vec<&str> = query.text().trim().lines().map(str::trim).collect();
            json!({
                "refId": letter.to_string(), "datasource": source(), "expr": text.join("\n"), "legendFormat": legend,
                "editorMode": "code", "instant": is_number, "range": !is_number,
            })
        })
        .collect();
    let steps: Vec<Value> = match levels {
        Some(Levels { base, from }) => std::iter::once(json!({"value": null, "color": color(*base)}))
            .chain(from.iter().map(|(value, level)| json!({"value": value, "color": color(*level)})))
            .collect(),
        None => vec![json!({"value": null, "color": color(Level::Neutral)})],
    };
    let mappings: Vec<Value> = states
        .iter()
        .map(|[zero, one]| {
            let word =
                |(text, level): &(&str, Level), index| json!({"text": text, "color": color(*level), "index": index});
            json!({"type": "value", "options": {"0": word(zero, 0), "1": word(one, 1)}})
        })
        .collect();
    let mut defaults = json!({
        "unit": match unit {
            Unit::Number => "short",
            Unit::Seconds => "s",
            Unit::Usd => "currencyUSD",
            Unit::Ratio => "percentunit",
            Unit::PerSecond => "cps",
            Unit::Bytes => "bytes",
        },
        "thresholds": {"mode": "absolute", "steps": steps},
        "mappings": mappings,
        "color": {"mode": if is_number || *shape == Shape::Timeline { "thresholds" } else { "palette-classic" }},
    });
    let legend = json!({"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []});
    let tooltip = json!({"mode": "multi", "sort": "desc"});
    let (kind, options) = match shape {
        Shape::Number => (
            "stat",
            json!({
                "colorMode": "value", "graphMode": "none", "justifyMode": "auto", "textMode": "auto", "orientation": "auto",
                "wideLayout": true, "percentChangeColorMode": "standard", "showPercentChange": false,
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false},
            }),
        ),
        Shape::Timeline => (
            "state-timeline",
            json!({
                "showValue": "never", "mergeValues": true, "rowHeight": 0.9, "alignValue": "left", "legend": legend, "tooltip": tooltip,
            }),
        ),
        Shape::Lines | Shape::Stacked => {
            let stacked = *shape == Shape::Stacked;
            defaults["custom"] = json!({
                "drawStyle": "line", "lineWidth": 1, "fillOpacity": if stacked { 30 } else { 0 }, "showPoints": "never",
                "stacking": {"mode": if stacked { "normal" } else { "none" }, "group": "A"},
                "thresholdsStyle": {"mode": if levels.is_some() { "line" } else { "off" }},
            });
            ("timeseries", json!({"legend": legend, "tooltip": tooltip}))
        }
    };
    json!({
        "id": id(&format!("{row}/{title}")), "type": kind, "title": title, "description": description, "datasource": source(),
        "targets": targets, "fieldConfig": {"defaults": defaults, "overrides": []}, "options": options,
    })
}

fn color(level: Level) -> &'static str {
    match level {
        Level::Neutral => "blue",
        Level::Good => "green",
        Level::Warning => "orange",
        Level::Bad => "red",
    }
}

/// A number that depends on the name alone, so that links to a panel stay (FNV-1a, 31 bits).
fn id(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)) >> 1
}

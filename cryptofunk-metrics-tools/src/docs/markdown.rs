use std::fmt::Write as _;

use cryptofunk_metrics_catalog::descriptor::{LabelDescriptor, LabelValues, MetricDescriptor};

use crate::docs::{
    dashboard::Dashboard,
    system::{System, unit},
};

impl System<'_> {
    /// The components and all families by category, as Markdown that begins with `head`.
    pub fn markdown(&self, head: &str) -> String {
        let mut text = format!("{head}\n");
        self.write_components(&mut text);
        for (title, families) in self.by_category() {
            let _ = write!(text, "\n## {title}\n");
            for family in families {
                self.write_family(&mut text, family);
            }
        }
        text
    }

    /// The example queries by topic, as Markdown that begins with `head`.
    pub fn queries_markdown(&self, head: &str) -> String {
        let mut text = format!("{head}\n");
        let mut topic = "";
        for example in self.queries {
            if example.topic != topic {
                topic = example.topic;
                let _ = write!(text, "\n## {topic}\n");
            }
            let query: Vec<&str> = example.query.text().trim().lines().map(str::trim).collect();
            let _ = write!(text, "\n{}:\n\n```promql\n{}\n```\n", example.title, query.join("\n"));
        }
        text
    }

    /// The dashboards with the query of each panel, as Markdown that begins with `head`. `pictures` is a folder with a picture of each
    /// dashboard, named by its uid.
    pub fn dashboards_markdown(&self, head: &str, pictures: &str) -> String {
        let mut text = format!("{head}\n");
        for Dashboard { uid, title, description, rows, .. } in self.dashboards {
            let _ = write!(
                text,
                "\n## {title}\n\n{description} At `/d/{uid}`.\n\n![The data of {title}]({pictures}/{uid}.png)\n"
            );
            text.push_str("\n| panel | shows | query |\n|---|---|---|\n");
            for panel in rows.iter().flat_map(|row| row.panels) {
                let queries: Vec<String> =
                    panel.lines.iter().map(|line| format!("`{}`", one_line(line.query.text()))).collect();
                let unit = match panel.states {
                    Some([(zero, _), (one, _)]) => format!("0 is {zero}, 1 {one}."),
                    None => panel.unit.in_words().to_owned(),
                };
                let shows = format!("{unit} {}", panel.description);
                let _ =
                    writeln!(text, "| {} | {} | {} |", panel.title, cell(shows.trim()), cell(&queries.join("<br>")));
            }
        }
        text
    }

    fn write_components(&self, text: &mut String) {
        if self.components.is_empty() {
            return;
        }
        text.push_str("\n## Components\n\n| component | kind | port | what it does |\n|---|---|---|---|\n");
        for component in self.components {
            let kind = component.kind.words();
            let _ = writeln!(
                text,
                "| {} | {kind} | {} | {} |",
                component.name,
                component.port,
                cell(component.description)
            );
        }
    }

    fn write_family(&self, text: &mut String, family: &MetricDescriptor) {
        let kind = family.kind.as_str();
        let unit = unit(family).map_or(String::new(), |unit| format!(", in {unit}"));
        let _ = write!(text, "\n### `{}`\n\n{} A {kind}{unit}.\n", family.name, sentence(family.help));
        if !family.labels.is_empty() {
            text.push_str("\n| label | values |\n|---|---|\n");
            for label in family.labels {
                let _ = writeln!(text, "| `{}` | {} |", label.name, self.values_in_words(label));
            }
        }
        let mut facts = Vec::new();
        if !family.buckets.is_empty() {
            let bounds: Vec<String> = family.buckets.iter().map(f64::to_string).collect();
            facts.push(format!("Buckets: {}.", bounds.join(", ")));
        }
        if let Some(native) = family.native {
            facts.push(format!(
                "Native: bounds grow by {:.1} %, with schema {}; {} buckets at most.",
                (2f64.powf(2f64.powi(-i32::from(native.schema()))) - 1.0) * 100.0,
                native.schema(),
                native.max_buckets(),
            ));
        }
        let exposed = self.exposed_by(family);
        if !exposed.is_empty() {
            facts.push(format!("Exposed by: {}.", exposed.join(", ")));
        }
        let used = self.used_by(family);
        if !used.is_empty() {
            facts.push(format!("Rules that ask for it: {}.", code(&used)));
        }
        let drawn = self.drawn_by(family, &used);
        if !drawn.is_empty() {
            let drawn: Vec<String> =
                drawn.iter().map(|(dashboard, panels)| format!("{dashboard} ({})", panels.join(", "))).collect();
            facts.push(format!("Panels that draw it: {}.", drawn.join("; ")));
        }
        if let Some(reason) = family.allow_name {
            facts.push(format!("The name breaks a naming rule: {}.", reason.trim_end_matches('.')));
        }
        for fact in facts {
            let _ = write!(text, "\n{fact}\n");
        }
    }

    fn values_in_words(&self, label: &LabelDescriptor) -> String {
        let values = self.values(label);
        match label.values {
            LabelValues::Open { limit } => format!("at most {limit}, then `other`"),
            LabelValues::Fixed if values.is_empty() => "written in the code".to_owned(),
            _ => code(values),
        }
    }
}

fn code(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// A text as a sentence.
fn sentence(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

/// A query without the breaks of its lines.
fn one_line(query: &str) -> String {
    query.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

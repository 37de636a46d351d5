//! Rules as they are written, and what is told of them.

use std::{collections::BTreeMap, rc::Rc};

use crate::{
    lint_rule::LintRule,
    parse::{
        located::Origin,
        rule_fields::is_label_name,
        rules::file::Mistake,
        template::Dialect,
        yaml::{Kind, Yaml},
    },
};

/// A rule in a file, with what surrounds it.
pub(super) struct Written {
    pub(super) rule: Rc<Yaml>,
    pub(super) group: Rc<GroupHead>,
    pub(super) source: usize,
    /// Rules of one list of groups are compared with each other.
    pub(super) list: usize,
}

/// What a group says of its rules.
pub(super) struct GroupHead {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) dialect: Dialect,
}

/// Where mistakes go.
pub(super) struct Teller<'f> {
    pub(super) mistakes: &'f mut Vec<Mistake>,
    pub(super) origin: Origin,
}

impl Teller<'_> {
    pub(super) fn tell(&mut self, at: &Yaml, place: &str, message: String) {
        let (line, column) = self.origin.place(at.line, at.column);
        self.mistakes.push(Mistake {
            rule: LintRule::Syntax,
            line: Some(line),
            column: Some(column),
            place: place.to_owned(),
            message,
            query: None,
            span: None,
        });
    }
}

/// Tells what is wrong with labels or annotations.
pub(super) fn labels(labels: &Yaml, of: &str, place: &str, teller: &mut Teller<'_>) {
    let Kind::Map { entries, twice } = &labels.kind else {
        if !labels.is_null() {
            teller.tell(labels, place, format!("`{of}` is a mapping of names to texts, not {}", labels.describe()));
        }
        return;
    };
    if let Some(key) = twice {
        teller.tell(key, place, format!("`{}` stands in `{of}` twice", key.text().unwrap_or_default()));
    }
    for (key, value) in entries {
        let name = key.text().unwrap_or_default();
        if !is_label_name(name) || (name == "__name__" && of == "labels") {
            let kind = if of == "labels" { "a label" } else { "an annotation" };
            teller.tell(
                key,
                place,
                format!("`{name}` is no name of {kind}: it has letters, digits and `_`, and begins with no digit"),
            );
        }
        if value.text().is_none() {
            teller.tell(value, place, format!("`{name}` in `{of}` is a text, not {}", value.describe()));
        }
    }
}

/// The texts of a mapping by name; nothing is an empty text.
pub(super) fn texts(labels: &Yaml) -> BTreeMap<String, String> {
    let text = |value: &Yaml| if value.is_null() { Some(String::new()) } else { value.text().map(str::to_owned) };
    let entries = labels.entries().unwrap_or_default().iter();
    entries.filter_map(|(key, value)| Some((key.text()?.to_owned(), text(value)?))).collect()
}

//! The groups of a file.

use std::{
    collections::{BTreeMap, HashSet},
    rc::Rc,
};

use bumpalo::Bump;

use crate::{
    checks::Defined,
    parse::{
        containers::Contents,
        rule_fields::{OF_GROUP, OF_VMALERT_GROUP, is_duration},
        rules::{
            file::RuleFile,
            rule,
            written::{GroupHead, Teller, Written, labels, texts},
        },
        template::Dialect,
        yaml::{Kind, Yaml},
    },
};

pub(super) fn read<'a>(arena: &'a Bump, contents: &Contents, file: &mut RuleFile<'a>) {
    let mut written = Vec::new();
    for (list, groups) in contents.groups.iter().enumerate() {
        let origin = contents.sources[groups.source].origin;
        let mut teller = Teller { mistakes: &mut file.mistakes, origin };
        let mut names = HashSet::new();
        for group in elements(&groups.groups, "groups", &mut teller) {
            let Some((head, rules)) = head(group, groups.dialect, &mut names, &mut teller) else { continue };
            let head = Rc::new(head);
            let rules = rules.iter().filter(|rule| !rule.is_broken && !rule.is_null());
            written.extend(rules.map(|rule| Written {
                rule: rule.clone(),
                group: head.clone(),
                source: groups.source,
                list,
            }));
        }
    }
    let lines: Vec<Vec<&str>> = contents.sources.iter().map(|source| source.text.lines().collect()).collect();
    // A rule's text begins with the comments right above it, and ends where the next one's begins.
    let start = |written: &Written| {
        let lines = &lines[written.source];
        let mut line = (written.rule.line as usize).saturating_sub(1).min(lines.len());
        while line > 0 && lines[line - 1].trim_start().starts_with('#') {
            line -= 1;
        }
        line
    };
    let mut defined: BTreeMap<usize, Defined> = BTreeMap::new();
    let mut left = written.iter().peekable();
    while let Some(one) = left.next() {
        let lines = &lines[one.source];
        let from = start(one);
        let next = left.peek().filter(|next| next.source == one.source);
        let to = next.map_or(lines.len(), |next| start(next).clamp(from, lines.len()));
        let source = &contents.sources[one.source];
        let surroundings = rule::Surroundings { text: &source.text, origin: source.origin, lines: &lines[from..to] };
        rule::read(arena, one, &surroundings, defined.entry(one.list).or_default(), file);
    }
}

/// The elements of a list that may be left out.
fn elements<'y>(list: &'y Yaml, name: &str, teller: &mut Teller<'_>) -> &'y [Rc<Yaml>] {
    match list.list() {
        Some(elements) => elements,
        None if list.is_null() || list.is_broken => &[],
        None => {
            teller.tell(list, "", format!("`{name}` is a list, not {}", list.describe()));
            &[]
        }
    }
}

/// What a group says of itself, and its rules.
fn head<'y>(
    group: &'y Rc<Yaml>,
    dialect: Dialect,
    names: &mut HashSet<String>,
    teller: &mut Teller<'_>,
) -> Option<(GroupHead, &'y [Rc<Yaml>])> {
    if group.is_null() {
        return None;
    }
    let Kind::Map { entries, twice } = &group.kind else {
        teller.tell(group, "", format!("a group is a mapping with a `name` and `rules`, not {}", group.describe()));
        return None;
    };
    let name = group.get("name").and_then(|name| name.text()).filter(|name| !name.is_empty());
    let place = name.map_or(String::new(), |name| format!("group `{name}`"));
    if let Some(key) = twice {
        teller.tell(key, &place, format!("the field `{}` stands in the group twice", key.text().unwrap_or_default()));
    }
    let is_vmalert = dialect.is_lenient()
        || entries.iter().any(|(key, _)| key.text().is_some_and(|key| OF_VMALERT_GROUP.contains(&key)));
    let kind = group.get("type").and_then(|kind| kind.text()).unwrap_or("prometheus");
    if is_vmalert && kind != "prometheus" {
        // Of Graphite or VictoriaLogs.
        return None;
    }
    for (key, value) in entries {
        field(key, value, is_vmalert, &place, teller);
    }
    match name {
        None if group.is_broken || dialect == Dialect::Helm => {}
        None => teller.tell(group, "", "a group has no name".to_owned()),
        Some(name) if !names.insert(name.to_owned()) => {
            teller.tell(group, &place, format!("there are two groups `{name}` in this file; rename one"));
        }
        Some(_) => {}
    }
    let labels = group.get("labels").map(|labels| texts(labels)).unwrap_or_default();
    let rules = group.get("rules").map_or(&[][..], |rules| elements(rules, "rules", teller));
    let dialect = if is_vmalert && dialect == Dialect::Prometheus { Dialect::Vmalert } else { dialect };
    Some((GroupHead { name: name.unwrap_or_default().to_owned(), labels, dialect }, rules))
}

fn field(key: &Yaml, value: &Yaml, is_vmalert: bool, place: &str, teller: &mut Teller<'_>) {
    let Some(name) = key.text() else {
        return teller.tell(key, place, "a key of a group is no text".to_owned());
    };
    match name {
        "interval" | "query_offset" | "evaluation_delay" if !value.is_null() && !is_vmalert => {
            if !value.text().is_some_and(is_duration) {
                let text = value.text().unwrap_or_else(|| value.describe());
                teller.tell(value, place, format!("`{name}: {text}` is no duration, as `5m` or `1h30m` are"));
            }
        }
        "limit" if !value.is_null() => {
            let is_number =
                value.is_plain() && value.text().is_some_and(|text| text.replace('_', "").parse::<f64>().is_ok());
            if !is_number {
                teller.tell(value, place, "`limit` is a number".to_owned());
            }
        }
        "labels" => labels(value, "labels", place, teller),
        _ if OF_GROUP.contains(&name) || (is_vmalert && OF_VMALERT_GROUP.contains(&name)) => {}
        _ => teller.tell(
            key,
            place,
            format!(
                "a group has no field `{name}`; Prometheus' are name, interval, query_offset, limit, labels, rules"
            ),
        ),
    }
}

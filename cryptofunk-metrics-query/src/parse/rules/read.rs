use bumpalo::Bump;

use crate::{
    lint_rule::LintRule,
    parse::{
        containers::Contents,
        rules::{
            file::{Mistake, RuleFile},
            group,
        },
    },
};

/// Reads the rules of a file, and reports every mistake. Other documents of the file are skipped, and listed.
///
/// ```
/// use cryptofunk_metrics_query::{Arena, rules};
///
/// let text = "groups: [{name: shop, rules: [{alert: Down, expr: up == 0, fro: 5m}]}]";
/// let arena = Arena::new();
/// let file = rules(&arena, text);
/// assert_eq!(file.rules[0].name, "Down");
/// assert_eq!(file.mistakes.len(), 1); // the field `fro`
/// ```
///
/// A comment `# metrics-lint: allow CHECK` silences a check, in a rule or on the lines right above it.
pub fn rules<'a>(arena: &'a Bump, text: &str) -> RuleFile<'a> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let contents = Contents::read(text);
    let mut file = RuleFile { skipped: contents.skipped.clone(), ..RuleFile::default() };
    for (line, column, message) in &contents.wrong {
        file.mistakes.push(Mistake {
            rule: LintRule::Syntax,
            line: Some(*line),
            column: Some(*column),
            place: String::new(),
            message: message.clone(),
            query: None,
            span: None,
        });
    }
    group::read(arena, &contents, &mut file);
    file.dashboards = contents.dashboards;
    file
}

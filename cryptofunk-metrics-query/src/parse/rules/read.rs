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

/// Reads the rules of a file: every mistake is told. What the file holds besides is passed over, and told as skipped.
///
/// A comment `# metrics-lint: allow CHECK` in a rule, or on the lines right above it, silences a check there.
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
        });
    }
    group::read(arena, &contents, &mut file);
    file.dashboards = contents.dashboards;
    file
}

use bumpalo::Bump;

use super::*;
use crate::lint_rule::LintRule;

#[test]
fn rules_are_found_with_their_lines() {
    let text = "groups:\n  - name: g\n    rules:\n      - record: job:up:sum\n        expr: sum by (job) (up)\n      - alert: Down\n        expr: |\n          job:up:sum\n            < 1\n        for: 1m\n        labels: {severity: page}\n        annotations:\n          summary: '{{ $labels.job }} has {{ $value }}, {{ .Labels.instance }}'\n";
    let arena = Bump::new();
    let file = rules(&arena, text);
    assert_eq!(file.mistakes, []);
    assert_eq!((file.rules[0].line, file.rules[0].place()), (5, "group `g`, record `job:up:sum`".to_owned()));
    assert_eq!(file.rules[1].place(), "group `g`, alert `Down`");
    assert_eq!(file.rules[1].printed, ["job", "instance"]);
    assert_eq!((file.rules[1].wait.as_str(), &file.rules[1].labels["severity"][..]), ("1m", "page"));
    assert!(file.rules[0].printed.is_empty());
}

#[test]
fn objects_of_the_operator_hold_rules() {
    let text = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  groups:\n  - name: g\n    rules:\n    - record: a:b\n      expr: 1\n      labels: {a: 1, b: true}\n";
    let arena = Bump::new();
    let file = rules(&arena, text);
    assert_eq!(file.mistakes, []);
    assert_eq!(file.rules[0].labels["b"], "true");
}

#[test]
fn a_file_may_hold_several_documents() {
    let rule = |name: &str| {
        format!(
            "kind: PrometheusRule\nspec:\n  groups:\n  - name: g\n    rules:\n    - record: {name}\n      expr: 1\n"
        )
    };
    let text = format!("# Two.\n---\n{}---\nkind: Service\nspec: {{ports: []}}\n---\n{}", rule("a:b"), rule("a:c"));
    let arena = Bump::new();
    let file = rules(&arena, &text);
    assert_eq!(file.mistakes, []);
    let found: Vec<_> = file.rules.iter().map(|rule| (rule.name.as_str(), rule.line)).collect();
    assert_eq!(found, [("a:b", 9), ("a:c", 20)]);
}

#[test]
fn lists_may_be_empty() {
    for text in ["", "groups:\n", "groups:\n  - name: g\n", "groups:\n  - name: g\n    rules:\n"] {
        assert_eq!(rules(&Bump::new(), text).mistakes, [], "{text}");
    }
}

fn mistakes(rule: &str) -> Vec<Mistake> {
    rules(&Bump::new(), &format!("groups:\n  - name: g\n    rules:\n{rule}")).mistakes
}

#[test]
fn every_mistake_of_a_file_is_told() {
    let all = mistakes("      - alert: A\n        expr: up\n      - alert: A\n        expr: up ==\n");
    let checks: Vec<LintRule> = all.iter().map(|mistake| mistake.rule).collect();
    assert_eq!(checks, [LintRule::DuplicateRule, LintRule::MissingOperand]);
    assert!(mistakes("      - expr: up\n")[0].message.contains("an `alert` or a `record`"));
    let unread = &mistakes("      - alert: A\n        exprs: up\n")[0];
    assert!(unread.message.starts_with("a rule has no field `exprs`; its fields are alert, "), "{}", unread.message);
    assert_eq!((unread.line, unread.column), (Some(5), Some(9)));
    assert!(
        mistakes("      - alert: A\n        expr: up == 0\n        labels: {now: '{{ $value }}'}\n")[0]
            .message
            .contains("never lasts")
    );
}

#[test]
fn a_comment_silences_the_rule_that_it_stands_in_or_above() {
    let first = "      - alert: A\n        expr: up == 0\n        labels: {now: '{{ $value }}'}\n";
    let second = first.replace("A", "B");
    let comment = "      # metrics-lint: allow value-in-label\n";
    let places = |text: &str| mistakes(text).into_iter().map(|mistake| mistake.place).collect::<Vec<_>>();
    assert!(places(&format!("{comment}{first}{second}"))[0].ends_with("`B`"));
    assert!(places(&format!("{first}{comment}{second}"))[0].ends_with("`A`"));
    assert!(
        places(&format!("      - alert: A\n  {comment}{}{second}", first.split_once('\n').expect("lines").1))[0]
            .ends_with("`B`")
    );
    let unknown = mistakes(&format!("      # metrics-lint: allow all\n{first}"));
    assert!(unknown[0].message.contains("names no check"));
}

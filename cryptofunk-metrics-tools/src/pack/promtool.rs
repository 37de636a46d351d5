//! The tests of promtool: for each alert, when it fires and when it does not.

use std::fmt::Write as _;

use crate::pack::{
    clock::{Clock, MINUTE},
    draft::{Alert, Page, Scene, all_labels, quoted},
};

/// How far the values of input series are apart.
pub(super) const STEP: u64 = MINUTE;

/// How often rules are evaluated: seldom, since windows of days take long.
const EVERY: u64 = 5 * MINUTE;

/// A file of tests that begins with these comments.
pub(super) fn test_file(
    head: &str,
    rules: &str,
    alerts: &[Alert],
    healthy: &Scene,
    clock: Clock,
    address: impl Fn(Page) -> String,
) -> String {
    let step = clock.of(STEP);
    let every = clock.of(EVERY);
    let mut text = format!("{head}rule_files: [{}]\nevaluation_interval: {every}\ntests:\n", quoted(rules));
    for alert in alerts {
        for scene in &alert.scenes {
            begin(&mut text, &format!("{} {}", alert.name, scene.title), scene, &step);
            expect(&mut text, alert, scene, clock, &address);
        }
    }
    begin(&mut text, &healthy.title, healthy, &step);
    for alert in alerts {
        expect(&mut text, alert, healthy, clock, &address);
    }
    text
}

fn begin(text: &mut String, title: &str, scene: &Scene, step: &str) {
    let _ = writeln!(text, "  - name: {}\n    interval: {step}\n    input_series:", quoted(title));
    for (series, values) in &scene.series {
        let _ = writeln!(text, "      - {{series: {}, values: {}}}", quoted(series), quoted(values));
    }
    text.push_str("    alert_rule_test:\n");
}

fn expect(text: &mut String, alert: &Alert, scene: &Scene, clock: Clock, address: &impl Fn(Page) -> String) {
    let at = clock.of(scene.at);
    let Some((labels, summary)) = &scene.fires else {
        let _ = writeln!(text, "      - {{eval_time: {at}, alertname: {}, exp_alerts: []}}", alert.name);
        return;
    };
    let _ = writeln!(text, "      - eval_time: {at}\n        alertname: {}\n        exp_alerts:", alert.name);
    let mut labels = labels.clone();
    labels.extend(all_labels(alert).into_iter().filter(|(name, value)| {
        // A label with a template stands among those of the scene.
        name == "severity" || !value.contains("{{")
    }));
    let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}: {}", quoted(value))).collect();
    let _ = writeln!(text, "          - exp_labels: {{{}}}", labels.join(", "));
    let _ = writeln!(
        text,
        "            exp_annotations:\n              summary: {}\n              dashboard: {}\n              runbook: {}",
        quoted(summary),
        address(alert.page),
        address(Page::Runbook)
    );
}

/// A counter's values: from 0 by so much a step, for so long.
pub(super) fn rising(by: f64, seconds: u64) -> String {
    format!("0+{by}x{}", seconds / STEP)
}

/// A value that stays.
pub(super) fn steady(value: f64, seconds: u64) -> String {
    format!("{value}x{}", seconds / STEP)
}

//! The shipped configuration, made faster: every duration of rules and of Alertmanager is divided by one factor. Components are scraped
//! as often as they can be, and rules are not evaluated much more often than that.

use std::time::Duration;

/// What durations are divided by: five minutes are ten seconds.
pub(super) const FACTOR: u32 = 30;

/// How often components are scraped, and how long that may take: a health check has two seconds, and a scrape waits for it.
const SCRAPE: &str = "2500ms";

/// How often rules are evaluated. What is for a minute in production, for two seconds here, is seen three times.
const EVALUATE: &str = "1s";

/// The keys of YAML whose values are durations.
const KEYS: [&str; 6] = ["for", "interval", "resolve_timeout", "group_wait", "group_interval", "repeat_interval"];

/// Divides the durations of a rule file or a configuration: those after certain keys, and the ranges of queries.
pub(super) fn shorten(yaml: &str) -> String {
    yaml.lines().map(|line| shorten_line(line) + "\n").collect()
}

fn shorten_line(line: &str) -> String {
    if let Some((key, _)) = line.split_once(':') {
        match key.trim() {
            "scrape_interval" | "scrape_timeout" => return format!("{key}: {SCRAPE}"),
            "evaluation_interval" => return format!("{key}: {EVALUATE}"),
            _ => {}
        }
    }
    if let Some((key, value)) = line.split_once(':')
        && KEYS.contains(&key.trim().trim_start_matches("- "))
        && let Some(short) = short(value.trim())
    {
        return format!("{key}: {short}");
    }
    ranges(line)
}

/// Divides the ranges in a query: `[5m]`.
pub(super) fn ranges(query: &str) -> String {
    let mut shortened = String::new();
    let mut rest = query;
    while let Some((before, after)) = rest.split_once('[') {
        shortened += before;
        shortened.push('[');
        rest = after;
        if let Some((range, after)) = after.split_once(']')
            && let Some(short) = short(range)
        {
            shortened += &short;
            shortened.push(']');
            rest = after;
        }
    }
    shortened + rest
}

/// A duration of Prometheus, divided.
fn short(duration: &str) -> Option<String> {
    // Prometheus writes them as humantime reads them, for those of one unit.
    let time = humantime::parse_duration(duration).ok()?;
    Some(format!("{}ms", (time / FACTOR).as_millis().max(Duration::from_millis(1).as_millis())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_divided_and_nothing_else() {
        let rules = "groups:\n  - name: a\n    interval: 5m\n    rules:\n      - alert: A\n        expr: rate(x_rate5m[5m]) > 0.1 and y[1h:15s]\n        for: 2m\n        annotations: {summary: \"for: 5m\"}\n";
        let short = shorten(rules);
        assert!(short.contains("rate(x_rate5m[10000ms]) > 0.1 and y[1h:15s]"), "{short}");
        assert!(short.contains("    interval: 10000ms\n    rules:"), "{short}");
        assert!(short.contains("        for: 4000ms\n") && short.contains("summary: \"for: 5m\""), "{short}");
        let settings = "global:\n  scrape_interval: 15s\n  evaluation_interval: 15s\nroute:\n  group_wait: 10s\n  - matchers: [a=\"b\"]\n    repeat_interval: 12h\n";
        let short = shorten(settings);
        assert!(short.contains("scrape_interval: 2500ms") && short.contains("evaluation_interval: 1s"), "{short}");
        assert!(short.contains("group_wait: 333ms"), "{short}");
        assert!(short.contains("repeat_interval: 1440000ms"), "{short}");
    }
}

use crate::lint_rule::LintRule;

/// The checks that comments in a text silence: `# metrics-lint: allow short-range, unknown-metric: of a device`. The text after the names
/// is the reason.
///
/// ```
/// use cryptofunk_metrics_query::{LintRule, allowed};
///
/// assert_eq!(allowed("rate(a[20s]) # metrics-lint: allow short-range"), Ok(vec![LintRule::ShortRange]));
/// assert_eq!(allowed("# metrics-lint: allow syntax because of MetricsQL"), Ok(vec![LintRule::Syntax]));
/// assert!(allowed("# metrics-lint: allow everything").is_err());
/// ```
///
/// # Errors
///
/// If a comment names a check that does not exist.
pub fn allowed(text: &str) -> Result<Vec<LintRule>, String> {
    let mut checks = Vec::new();
    for line in text.lines() {
        // Most lines have none, and there may be many.
        let Some(at) = line.find("metrics-lint") else { continue };
        if !line[..at].contains('#') {
            continue;
        }
        let rest = line[at + "metrics-lint".len()..].trim_start_matches([':', ' ', '\t']);
        let Some(names) = rest.strip_prefix("allow").filter(|rest| rest.starts_with([' ', ':', '=', '\t', '('])) else {
            continue;
        };
        self::names(names.trim_start_matches([' ', ':', '=', '\t', '(']), &mut checks)?;
    }
    Ok(checks)
}

/// Reads names of checks up to what can only be the reason.
fn names(mut rest: &str, checks: &mut Vec<LintRule>) -> Result<(), String> {
    let mut is_listed = true;
    loop {
        rest = rest.trim_start();
        let rough = rest.strip_prefix(['`', '"', '\'']).unwrap_or(rest);
        let end = rough.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rough.len());
        // A dash begins a reason, and does not end a name.
        let word = rough[..end].trim_end_matches('-');
        match LintRule::find(&word.to_ascii_lowercase().replace('_', "-")) {
            Some(check) => checks.push(check),
            // A first name, and one that looks like the name of a check in a list, is meant as one.
            None if is_listed && (checks.is_empty() || word.contains('-') || word.contains('_')) => {
                let known = LintRule::ALL.map(LintRule::name).join(", ");
                return Err(format!("`metrics-lint: allow {word}` names no check; the checks are {known}"));
            }
            None => return Ok(()),
        }
        let after = &rough[word.len()..];
        let after = after.strip_prefix(['`', '"', '\'']).unwrap_or(after).trim_start();
        is_listed = after.starts_with([',', '+', '&']);
        let after = after.trim_start_matches([',', '+', '&']).trim_start();
        rest = after.strip_prefix("and ").unwrap_or(after);
        if rest.is_empty() || (!is_listed && !rest.starts_with(|c: char| c.is_ascii_alphabetic() || "`\"'".contains(c)))
        {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_may_give_a_reason() {
        const ONE: &[LintRule] = &[LintRule::ShortRange];
        const TWO: &[LintRule] = &[LintRule::ShortRange, LintRule::UnknownMetric];
        for (comment, expected) in [
            ("allow short-range", ONE),
            ("allow short-range: scraped every second", ONE),
            ("allow short-range because it is scraped every second", ONE),
            ("allow short-range - scraped every second", ONE),
            ("allow short-range -- scraped, often", ONE),
            ("allow short-range, see the wiki", ONE),
            ("allow short-range (see JIRA-1)", ONE),
            ("allow short-range; see JIRA-1", ONE),
            ("allow short-range. We know.", ONE),
            ("allow short-range # why", ONE),
            ("allow `short-range`", ONE),
            ("allow: short-range", ONE),
            ("allow=short-range", ONE),
            ("allow(short-range)", ONE),
            ("allow Short_Range", ONE),
            ("allow short-range, unknown-metric", TWO),
            ("allow short-range unknown-metric", TWO),
            ("allow short-range,unknown-metric: of a device", TWO),
            ("allow short-range and unknown-metric, both known", TWO),
            ("allows short-range", &[]),
            ("mind short-range", &[]),
        ] {
            for start in ["# metrics-lint: ", "#metrics-lint:", "up #  metrics-lint: "] {
                assert_eq!(allowed(&format!("{start}{comment}")).as_deref(), Ok(expected), "{start}{comment}");
            }
        }
        assert_eq!(allowed("see metrics-lint: allow nothing"), Ok(Vec::new()));
        for wrong in ["everything", "short-rnage", "short-range, unknown-metrics", "", ": short"] {
            assert!(allowed(&format!("# metrics-lint: allow {wrong}")).is_err(), "{wrong}");
        }
    }
}

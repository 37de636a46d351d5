use crate::lint_rule::LintRule;

const START: &str = "metrics-lint: allow ";

/// The checks that comments in a text silence: `# metrics-lint: allow short-range, unknown-metric`.
///
/// ```
/// use cryptofunk_metrics_query::{LintRule, allowed};
///
/// assert_eq!(allowed("rate(a[20s]) # metrics-lint: allow short-range"), Ok(vec![LintRule::ShortRange]));
/// assert!(allowed("# metrics-lint: allow everything").is_err());
/// ```
///
/// # Errors
///
/// A name that no check has.
pub fn allowed(text: &str) -> Result<Vec<LintRule>, String> {
    let mut checks = Vec::new();
    for line in text.lines() {
        let Some((_, comment)) = line.split_once('#') else { continue };
        let Some((_, names)) = comment.split_once(START) else { continue };
        for name in names.split([',', ' ']).filter(|name| !name.is_empty()) {
            let check = LintRule::find(name).ok_or_else(|| {
                let known = LintRule::ALL.map(LintRule::name).join(", ");
                format!("`metrics-lint: allow {name}` names no check; the checks are {known}")
            })?;
            checks.push(check);
        }
    }
    Ok(checks)
}

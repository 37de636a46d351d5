//! The fields of groups and rules: which there are, and what may stand in them.

/// The fields of a group: of Prometheus, Thanos, Mimir with Cortex, and vmalert.
pub(super) const OF_GROUP: &[&str] = &[
    "name",
    "interval",
    "query_offset",
    "limit",
    "labels",
    "rules",                     //
    "partial_response_strategy", //
    "align_evaluation_time_on_interval",
    "evaluation_delay",
    "remote_write",
    "source_tenants",
    "user", //
];

/// Those of vmalert alone.
pub(super) const OF_VMALERT_GROUP: &[&str] = &[
    "concurrency",
    "debug",
    "eval_alignment",
    "eval_delay",
    "eval_offset",
    "extra_filter_labels",
    "headers",
    "notifier_headers",
    "params",
    "tenant",
    "type",
];

/// The fields of a rule.
pub(super) const OF_RULE: &[&str] = &["alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"];

/// Those of vmalert alone.
pub(super) const OF_VMALERT_RULE: &[&str] = &["debug", "update_entries_limit"];

pub(super) fn is_field_of_group(name: &str) -> bool {
    OF_GROUP.contains(&name) || OF_VMALERT_GROUP.contains(&name)
}

/// Whether a text is a duration as Prometheus' configuration has it: `1h30m`, `0`.
pub(super) fn is_duration(text: &str) -> bool {
    if text == "0" {
        return true;
    }
    let mut rest = text;
    let mut left: &[(&str, u64)] = &[
        ("y", 365 * 86_400_000),
        ("w", 7 * 86_400_000),
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
        ("ms", 1),
    ];
    let mut all = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or_default();
        let unit_end = rest[digits..].find(|c: char| !c.is_ascii_lowercase()).map_or(rest.len(), |len| digits + len);
        let (Ok(number), unit) = (rest[..digits].parse::<u64>(), &rest[digits..unit_end]) else { return false };
        // Each unit once, the greater ones first.
        let Some(place) = left.iter().position(|(name, _)| *name == unit) else { return false };
        let Some(sum) = number.checked_mul(left[place].1).and_then(|part| all.checked_add(part)) else { return false };
        (all, left, rest) = (sum, &left[place + 1..], &rest[unit_end..]);
    }
    // It is kept as nanoseconds in 63 bits.
    !text.is_empty() && all <= i64::MAX as u64 / 1_000_000
}

pub(super) fn is_label_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

pub(super) fn is_metric_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == ':')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_prometheus() {
        for right in ["5m", "1h30m", "0", "0s", "1y2w3d4h5m6s7ms", "100ms", "007m"] {
            assert!(is_duration(right), "{right}");
        }
        for wrong in [
            "",
            "5",
            "5 minutes",
            "5min",
            "1.5h",
            "30m1h",
            "5m5m",
            "-5m",
            "5M",
            "m",
            "1h ",
            "300y",
            "99999999999999999999s",
        ] {
            assert!(!is_duration(wrong), "{wrong}");
        }
    }

    #[test]
    fn names_are_those_of_prometheus() {
        assert!(
            is_label_name("_a9")
                && !is_label_name("a-b")
                && !is_label_name("9a")
                && !is_label_name("")
                && !is_label_name("a:b")
        );
        assert!(is_metric_name("a:b_9") && !is_metric_name("a-b") && !is_metric_name("a b") && !is_metric_name(""));
    }
}

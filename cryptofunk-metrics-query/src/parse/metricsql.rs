//! VictoriaMetrics' MetricsQL, as far as it can be told apart from PromQL.

use crate::parse::pieces::Quotes;

/// Functions and aggregations that only MetricsQL has.
const FUNCTIONS: &str = "aggr_over_time alias any ascent_over_time bitmap_and bitmap_or bitmap_xor bottomk_avg bottomk_last bottomk_max \
    bottomk_median bottomk_min buckets_limit changes_prometheus count_eq_over_time count_gt_over_time count_le_over_time \
    count_ne_over_time count_values_over_time decreases_over_time default_rollup delta_prometheus deriv_fast descent_over_time distinct \
    distinct_over_time drop_common_labels drop_empty_series duration_over_time geomean geomean_over_time histogram histogram_over_time \
    histogram_share hoeffding_bound_lower hoeffding_bound_upper increase_prometheus increase_pure increases_over_time integrate \
    interpolate iqr_over_time keep_last_value keep_next_value label_copy label_del label_graphite_group label_keep label_lowercase \
    label_map label_match label_mismatch label_move label_set label_transform label_uppercase label_value labels_equal lag lifetime \
    limit_offset mad median median_over_time mode mode_over_time now outlier_iqr_over_time outliers_iqr outliers_mad outliersk \
    prometheus_buckets quantiles quantiles_over_time rand rand_exponential rand_normal range_avg range_first range_last \
    range_linear_regression range_mad range_max range_median range_min range_normalize range_over_time range_quantile range_stddev \
    range_stdvar range_sum range_trim_outliers range_trim_spikes range_trim_zscore range_zscore rate_over_sum rate_prometheus \
    remove_resets rollup rollup_candlestick rollup_delta rollup_deriv rollup_increase rollup_rate rollup_scrape_interval ru running_avg \
    running_max running_min running_sum scrape_interval share share_eq_over_time share_gt_over_time share_le_over_time \
    smooth_exponential sort_by_label_numeric sort_by_label_numeric_desc stale_samples_over_time sum2 sum2_over_time sum_eq_over_time \
    sum_gt_over_time sum_le_over_time tfirst_over_time timestamp_with_name tlast_change_over_time tlast_over_time tmax_over_time \
    tmin_over_time topk_avg topk_last topk_max topk_median topk_min union with zscore zscore_over_time";

/// Whether a query uses what only MetricsQL has: one of its functions, `if`, `ifnot`, `default` or `keep_metric_names` after an operand, or
/// the label `vmrange` of its histograms.
///
/// ```
/// use cryptofunk_metrics_query::is_metricsql;
///
/// assert!(is_metricsql("topk_max(5, a)") && is_metricsql(r#"a{b="c"} default 0"#));
/// assert!(!is_metricsql(r#"label_replace(default, "if", "$1", "b", "x default 0")"#));
/// ```
pub fn is_metricsql(text: &str) -> bool {
    let mut quotes = Quotes::default();
    // Strings and comments are no code; what stands in quotes is an operand.
    let code: String = text.chars().map(|c| if quotes.pass(c) { '"' } else { c }).collect();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '$');
    let mut left = code.as_str();
    let mut before = "";
    while let Some(start) = left.find(is_name) {
        let end = left[start..].find(|c: char| !is_name(c)).map_or(left.len(), |len| start + len);
        let (word, after) = (&left[start..end], left[end..].trim_start());
        let between = left[..start].trim_end();
        let before_word = if between.is_empty() { before } else { between };
        let is_call = after.starts_with('(') && FUNCTIONS.split_ascii_whitespace().any(|name| name == word);
        let stands_behind = before_word.ends_with(|c: char| is_name(c) || matches!(c, ')' | ']' | '}' | '"'));
        let is_operator = match word {
            "if" | "ifnot" | "default" => {
                !after.is_empty() && after.starts_with(|c: char| is_name(c) || "([{\"-+".contains(c))
            }
            "keep_metric_names" => true,
            _ => false,
        };
        if is_call || word == "vmrange" || (is_operator && stands_behind) {
            return true;
        }
        (before, left) = (word, &left[end..]);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metricsql_is_told_apart_by_what_promql_does_not_have() {
        for text in [
            "label_set(up, \"a\", \"b\")",
            "sum(range_last(a[5m]))",
            "WITH (x = 5) a > x".to_ascii_lowercase().as_str(),
            "a if b",
            "a{b=\"c\"} ifnot (d)",
            "(a) default 0",
            "rate(a[5m]) keep_metric_names",
            "sum by (vmrange) (a)",
            "a if \"$b\" == \"c\"",
        ] {
            assert!(is_metricsql(text), "{text}");
        }
        for text in [
            "rate(a)",
            "a offset 5m",
            "default",
            "sum(if)",
            "sum by (default, if) (a)",
            "a{if=\"b\", default=\"c\"}",
            "union",
            "a # if b",
            "a{b=\"x if y\"}",
            "a + default",
            "av_over_time(a[5m])",
        ] {
            assert!(!is_metricsql(text), "{text}");
        }
    }
}

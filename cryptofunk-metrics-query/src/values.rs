//! What the values of series are, as far as rates and comparisons care.

use cryptofunk_metrics_catalog::descriptor::MetricKind;

use crate::{named::Named, node::Many};

/// What the values of series are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Values {
    Unknown,
    /// They only go up, and begin at 0 with every restart.
    Counter,
    /// Counters that were added up: the restart of one is a fall of the sum.
    Sum,
    /// They go up and down.
    Gauge,
    /// They were calculated, as rates are, and go up and down.
    Calculated,
    /// Each is a native histogram.
    Histogram,
}

impl Values {
    /// Whether they only go up, but for restarts.
    pub(crate) const fn are_cumulative(self) -> bool {
        matches!(self, Values::Counter | Values::Sum)
    }

    /// Whether they are numbers that go up and down.
    pub(crate) const fn go_down(self) -> bool {
        matches!(self, Values::Gauge | Values::Calculated)
    }
}

/// The values of what a name stands for; those of a record are inferred.
pub(crate) const fn values_of(named: Named) -> Values {
    match named {
        Named::Series(family) => match family.kind {
            MetricKind::Gauge => Values::Gauge,
            // The sum and the count of a histogram have the histogram's kind.
            MetricKind::Counter | MetricKind::Histogram => Values::Counter,
            _ => Values::Unknown,
        },
        Named::Buckets(_) => Values::Counter,
        Named::Native(_) => Values::Histogram,
        Named::Target => Values::Gauge,
        _ => Values::Unknown,
    }
}

/// The values that a function answers for these. The functions that most queries call stand first: the compiler compares in this order.
pub(crate) const fn after_call(function: &str, of: Values) -> Values {
    match function.as_bytes() {
        b"rate" | b"increase" | b"irate" | b"delta" | b"idelta" => match of {
            Values::Histogram => Values::Histogram,
            // Without a catalogue it may be a native histogram.
            Values::Unknown => Values::Unknown,
            _ => Values::Calculated,
        },
        b"histogram_quantile" => Values::Calculated,
        // Of sums and counts of native histograms it is not known whether these were rates.
        _ if matches!(of, Values::Unknown) => after_any_call(function),
        // The same values, or some of them.
        b"label_replace"
        | b"label_join"
        | b"sort"
        | b"sort_desc"
        | b"sort_by_label"
        | b"sort_by_label_desc"
        | b"info"
        | b"last_over_time"
        | b"first_over_time" => of,
        b"abs" | b"ceil" | b"floor" | b"round" | b"clamp_min" | b"max_over_time" | b"min_over_time" => match of {
            Values::Histogram => Values::Unknown,
            of => of,
        },
        b"avg_over_time" | b"sum_over_time" if matches!(of, Values::Histogram) => Values::Histogram,
        b"avg_over_time" | b"quantile_over_time" | b"clamp" | b"clamp_max" if of.go_down() => Values::Calculated,
        _ => after_any_call(function),
    }
}

/// The values that a function answers whatever it is called with.
const fn after_any_call(function: &str) -> Values {
    match function.as_bytes() {
        b"deriv"
        | b"predict_linear"
        | b"changes"
        | b"resets"
        | b"count_over_time"
        | b"present_over_time"
        | b"histogram_fraction"
        | b"histogram_stddev"
        | b"histogram_stdvar"
        | b"histogram_avg"
        | b"absent"
        | b"absent_over_time"
        | b"stddev_over_time"
        | b"stdvar_over_time" => Values::Calculated,
        _ => Values::Unknown,
    }
}

/// The values that an aggregation answers for these.
pub(crate) const fn after_aggregation(operator: &str, of: Values) -> Values {
    match operator.as_bytes() {
        b"sum" | b"avg" => match of {
            Values::Counter => Values::Sum,
            of => of,
        },
        b"topk" | b"bottomk" | b"limitk" | b"limit_ratio" => of,
        // Which of some counters is the greatest changes: it may be one series told by several.
        b"max" | b"min" | b"quantile" => match of {
            Values::Histogram => Values::Unknown,
            of => of,
        },
        b"count" | b"group" | b"count_values" | b"stddev" | b"stdvar" => Values::Calculated,
        _ => Values::Unknown,
    }
}

/// The values that an operator between series answers.
pub(crate) const fn after_operator(operator: &str, many: Many, left: Values, right: Values) -> Values {
    match operator.as_bytes() {
        b"and" | b"unless" => left,
        b"==" | b"!=" | b">" | b"<" | b">=" | b"<=" => match many {
            Many::Right => right,
            _ => left,
        },
        b"or" if left as u8 == right as u8 => left,
        b"+" if left.are_cumulative() && right.are_cumulative() => Values::Sum,
        b"+" if matches!((left, right), (Values::Histogram, Values::Histogram)) => Values::Histogram,
        b"+" | b"-" | b"*" | b"/" | b"%" if left.go_down() && right.go_down() => Values::Calculated,
        _ => Values::Unknown,
    }
}

/// The values that an operator between series and a number answers.
pub(crate) const fn after_scaling(operator: &str, of: Values, number_first: bool) -> Values {
    match operator.as_bytes() {
        b"==" | b"!=" | b">" | b"<" | b">=" | b"<=" => of,
        b"*" | b"+" => of,
        b"-" | b"/" if !number_first => of,
        _ if of.go_down() => Values::Calculated,
        _ => Values::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_stay_what_they_are_until_they_are_rates() {
        assert_eq!(after_call("abs", Values::Counter), Values::Counter);
        assert_eq!(after_call("rate", Values::Counter), Values::Calculated);
        assert_eq!(after_aggregation("sum", Values::Counter), Values::Sum);
        assert_eq!(after_aggregation("count", Values::Counter), Values::Calculated);
        assert_eq!(after_operator("+", Many::None, Values::Counter, Values::Sum), Values::Sum);
        assert_eq!(after_operator("/", Many::None, Values::Counter, Values::Counter), Values::Unknown);
        assert_eq!(after_scaling("*", Values::Counter, true), Values::Counter);
        assert_eq!(after_scaling("-", Values::Counter, true), Values::Unknown);
    }
}

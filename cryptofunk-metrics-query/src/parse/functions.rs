//! The functions of Prometheus, those of version 2 and experimental ones too.

/// What something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Scalar,
    Vector,
    Range,
    Text,
}

impl Type {
    pub(crate) const fn told(self) -> &'static str {
        match self {
            Type::Scalar => "a number",
            Type::Vector => "an instant vector",
            Type::Range => "a range vector",
            Type::Text => "a text",
        }
    }
}

/// What a function takes and answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signature {
    pub(crate) arguments: &'static [Type],
    /// How many of the arguments may be left out.
    pub(crate) optional: usize,
    /// How many more there may be like the last.
    pub(crate) more: usize,
    pub(crate) answers: Type,
}

use Type::{Range, Scalar, Text, Vector};

const fn exactly(arguments: &'static [Type]) -> Option<Signature> {
    Some(Signature { arguments, optional: 0, more: 0, answers: Vector })
}

/// The function of this name.
pub(crate) fn signature(name: &str) -> Option<Signature> {
    match name {
        "abs" | "absent" | "acos" | "acosh" | "asin" | "asinh" | "atan" | "atanh" | "ceil" | "cos" | "cosh" | "deg"
        | "exp" | "floor" | "histogram_avg" | "histogram_count" | "histogram_sum" | "histogram_stddev"
        | "histogram_stdvar" | "ln" | "log10" | "log2" | "rad" | "sgn" | "sin" | "sinh" | "sort" | "sort_desc"
        | "sqrt" | "start_timestamp" | "tan" | "tanh" | "timestamp" => exactly(&[Vector]),
        "absent_over_time"
        | "avg_over_time"
        | "changes"
        | "count_over_time"
        | "delta"
        | "deriv"
        | "first_over_time"
        | "idelta"
        | "increase"
        | "irate"
        | "last_over_time"
        | "mad_over_time"
        | "max_over_time"
        | "min_over_time"
        | "present_over_time"
        | "rate"
        | "resets"
        | "stddev_over_time"
        | "stdvar_over_time"
        | "sum_over_time"
        | "ts_of_first_over_time"
        | "ts_of_last_over_time"
        | "ts_of_max_over_time"
        | "ts_of_min_over_time" => exactly(&[Range]),
        "clamp" => exactly(&[Vector, Scalar, Scalar]),
        "clamp_max" | "clamp_min" => exactly(&[Vector, Scalar]),
        "double_exponential_smoothing" | "holt_winters" => exactly(&[Range, Scalar, Scalar]),
        "histogram_fraction" => exactly(&[Scalar, Scalar, Vector]),
        "histogram_quantile" => exactly(&[Scalar, Vector]),
        "label_replace" => exactly(&[Vector, Text, Text, Text, Text]),
        "predict_linear" => exactly(&[Range, Scalar]),
        "quantile_over_time" => exactly(&[Scalar, Range]),
        "vector" => exactly(&[Scalar]),
        "scalar" => exactly(&[Vector]).map(|signature| Signature { answers: Scalar, ..signature }),
        "pi" | "time" | "start" | "end" | "step" | "range" => {
            exactly(&[]).map(|signature| Signature { answers: Scalar, ..signature })
        }
        "max_of" | "min_of" => exactly(&[Scalar, Scalar]).map(|signature| Signature { answers: Scalar, ..signature }),
        "day_of_month" | "day_of_week" | "day_of_year" | "days_in_month" | "hour" | "minute" | "month" | "year" => {
            exactly(&[Vector]).map(|signature| Signature { optional: 1, ..signature })
        }
        "round" => exactly(&[Vector, Scalar]).map(|signature| Signature { optional: 1, ..signature }),
        "info" => exactly(&[Vector, Vector]).map(|signature| Signature { optional: 1, ..signature }),
        "histogram_quantiles" => exactly(&[Vector, Text, Scalar]).map(|signature| Signature { more: 9, ..signature }),
        "label_join" => exactly(&[Vector, Text, Text, Text]).map(|signature| Signature {
            optional: 1,
            more: usize::MAX,
            ..signature
        }),
        "sort_by_label" | "sort_by_label_desc" => {
            exactly(&[Vector, Text]).map(|signature| Signature { optional: 1, more: usize::MAX, ..signature })
        }
        _ => None,
    }
}

/// Whether this is an aggregation, and what its parameter is.
pub(crate) fn aggregation(name: &str) -> Option<Option<Type>> {
    match name {
        "sum" | "avg" | "count" | "min" | "max" | "group" | "stddev" | "stdvar" => Some(None),
        "topk" | "bottomk" | "quantile" | "limitk" | "limit_ratio" => Some(Some(Scalar)),
        "count_values" => Some(Some(Text)),
        _ => None,
    }
}

/// A check. Its name ends each of its messages, and silences it in a comment.
///
/// ```
/// use cryptofunk_metrics_query::LintRule;
///
/// assert_eq!(LintRule::UnknownMetric.name(), "unknown-metric");
/// assert_eq!(LintRule::find("unknown-metric"), Some(LintRule::UnknownMetric));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LintRule {
    /// Text that Prometheus refuses.
    Syntax,
    /// An operator with nothing on one of its sides.
    MissingOperand,
    /// A metric that is not in the catalogue.
    UnknownMetric,
    /// A matcher on a label that the metric does not have.
    UnknownLabel,
    /// A value that a label never has.
    UnknownValue,
    /// `rate` or `increase` of a gauge.
    RateOfGauge,
    /// `rate` or `increase` of a sum of counters.
    RateOfSum,
    /// `delta` or `deriv` of a counter.
    DeltaOfCounter,
    /// A comparison of a counter's raw value.
    BareCounter,
    /// A histogram by its bare name, or in a comparison with a number.
    BareHistogram,
    /// `_bucket`, `_sum` or `_count` of a counter or a gauge.
    NotAHistogram,
    /// A quantile of series without the label `le`.
    QuantileWithoutBuckets,
    /// A quantile below 0 or above 1.
    QuantileOutOfRange,
    /// Grouping or joining by a label that the series do not have, or have lost.
    LostLabel,
    /// An operator whose sides never match.
    SidesNeverMatch,
    /// An operator that pairs each series with itself.
    SameSeries,
    /// A range shorter than two scrape intervals.
    ShortRange,
    /// An alert that fires whatever the value.
    AlertWithoutComparison,
    /// A template or legend that prints a label which the query has lost.
    TemplateLabel,
    /// The value of the query in a label of an alert.
    ValueInLabel,
    /// Two rules that define the same alert or record the same series.
    DuplicateRule,
    /// A recording rule that a query uses and no rule defines.
    UndefinedRecord,
}

impl LintRule {
    /// All checks.
    pub const ALL: [LintRule; 22] = [
        LintRule::Syntax,
        LintRule::MissingOperand,
        LintRule::UnknownMetric,
        LintRule::UnknownLabel,
        LintRule::UnknownValue,
        LintRule::RateOfGauge,
        LintRule::RateOfSum,
        LintRule::DeltaOfCounter,
        LintRule::BareCounter,
        LintRule::BareHistogram,
        LintRule::NotAHistogram,
        LintRule::QuantileWithoutBuckets,
        LintRule::QuantileOutOfRange,
        LintRule::LostLabel,
        LintRule::SidesNeverMatch,
        LintRule::SameSeries,
        LintRule::ShortRange,
        LintRule::AlertWithoutComparison,
        LintRule::TemplateLabel,
        LintRule::ValueInLabel,
        LintRule::DuplicateRule,
        LintRule::UndefinedRecord,
    ];

    /// Its name, such as `unknown-metric`.
    pub const fn name(self) -> &'static str {
        match self {
            LintRule::Syntax => "syntax",
            LintRule::MissingOperand => "missing-operand",
            LintRule::UnknownMetric => "unknown-metric",
            LintRule::UnknownLabel => "unknown-label",
            LintRule::UnknownValue => "unknown-value",
            LintRule::RateOfGauge => "rate-of-gauge",
            LintRule::RateOfSum => "rate-of-sum",
            LintRule::DeltaOfCounter => "delta-of-counter",
            LintRule::BareCounter => "bare-counter",
            LintRule::BareHistogram => "bare-histogram",
            LintRule::NotAHistogram => "not-a-histogram",
            LintRule::QuantileWithoutBuckets => "quantile-without-buckets",
            LintRule::QuantileOutOfRange => "quantile-out-of-range",
            LintRule::LostLabel => "lost-label",
            LintRule::SidesNeverMatch => "sides-never-match",
            LintRule::SameSeries => "same-series",
            LintRule::ShortRange => "short-range",
            LintRule::AlertWithoutComparison => "alert-without-comparison",
            LintRule::TemplateLabel => "template-label",
            LintRule::ValueInLabel => "value-in-label",
            LintRule::DuplicateRule => "duplicate-rule",
            LintRule::UndefinedRecord => "undefined-record",
        }
    }

    /// The check of this name, if there is one.
    pub fn find(name: &str) -> Option<LintRule> {
        LintRule::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

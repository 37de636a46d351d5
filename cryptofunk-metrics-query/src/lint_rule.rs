/// What can be wrong, each by the name that messages end with, and that comments silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LintRule {
    /// What cannot be read.
    Syntax,
    /// A metric that nothing exposes.
    UnknownMetric,
    /// A matcher on a label that the metric does not have.
    UnknownLabel,
    /// A value that a label never has.
    UnknownValue,
    /// `rate` or `increase` of a gauge.
    RateOfGauge,
    /// `rate` or `increase` of counters that were added up.
    RateOfSum,
    /// `delta` or `deriv` of a counter.
    DeltaOfCounter,
    /// A counter that is compared as it is.
    BareCounter,
    /// A histogram by its bare name.
    BareHistogram,
    /// `_bucket`, `_sum` or `_count` of what is no histogram.
    NotAHistogram,
    /// A quantile of what has no buckets, or has lost them.
    QuantileWithoutBuckets,
    /// A quantile that is less than 0 or more than 1.
    QuantileOutOfRange,
    /// Grouping or joining by a label that is not there, or not there any more.
    LostLabel,
    /// An operator whose sides never match.
    SidesNeverMatch,
    /// An operator of which each series meets itself alone.
    SameSeries,
    /// A range too short to hold two samples.
    ShortRange,
    /// An alert that fires whatever the value.
    AlertWithoutComparison,
    /// A template or legend that prints a label which the query has lost.
    TemplateLabel,
    /// A value in an alert's labels.
    ValueInLabel,
    /// Two rules of one name and labels.
    DuplicateRule,
    /// A recording rule that is used and not defined.
    UndefinedRecord,
}

impl LintRule {
    /// All rules.
    pub const ALL: [LintRule; 21] = [
        LintRule::Syntax,
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

    /// Its name: `unknown-metric`.
    pub const fn name(self) -> &'static str {
        match self {
            LintRule::Syntax => "syntax",
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

    /// The rule of a name.
    pub fn find(name: &str) -> Option<LintRule> {
        LintRule::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

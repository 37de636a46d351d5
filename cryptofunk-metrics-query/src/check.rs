/// What can be wrong, each by the name that messages end with, and that comments silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
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

impl Check {
    /// All checks.
    pub const ALL: [Check; 19] = [
        Check::Syntax,
        Check::UnknownMetric,
        Check::UnknownLabel,
        Check::UnknownValue,
        Check::RateOfGauge,
        Check::DeltaOfCounter,
        Check::BareCounter,
        Check::BareHistogram,
        Check::NotAHistogram,
        Check::QuantileWithoutBuckets,
        Check::LostLabel,
        Check::SidesNeverMatch,
        Check::SameSeries,
        Check::ShortRange,
        Check::AlertWithoutComparison,
        Check::TemplateLabel,
        Check::ValueInLabel,
        Check::DuplicateRule,
        Check::UndefinedRecord,
    ];

    /// Its name: `unknown-metric`.
    pub const fn name(self) -> &'static str {
        match self {
            Check::Syntax => "syntax",
            Check::UnknownMetric => "unknown-metric",
            Check::UnknownLabel => "unknown-label",
            Check::UnknownValue => "unknown-value",
            Check::RateOfGauge => "rate-of-gauge",
            Check::DeltaOfCounter => "delta-of-counter",
            Check::BareCounter => "bare-counter",
            Check::BareHistogram => "bare-histogram",
            Check::NotAHistogram => "not-a-histogram",
            Check::QuantileWithoutBuckets => "quantile-without-buckets",
            Check::LostLabel => "lost-label",
            Check::SidesNeverMatch => "sides-never-match",
            Check::SameSeries => "same-series",
            Check::ShortRange => "short-range",
            Check::AlertWithoutComparison => "alert-without-comparison",
            Check::TemplateLabel => "template-label",
            Check::ValueInLabel => "value-in-label",
            Check::DuplicateRule => "duplicate-rule",
            Check::UndefinedRecord => "undefined-record",
        }
    }

    /// The check of a name.
    pub fn find(name: &str) -> Option<Check> {
        Check::ALL.into_iter().find(|check| check.name() == name)
    }
}

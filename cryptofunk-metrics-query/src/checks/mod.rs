//! What can be wrong with a query, a file a check; docs/checks/ has a page on each.
//!
//! The compiler makes room for all that a function may need whenever it is called, and a query that is right has no message: so each
//! message is put together in a function of its own.

mod alert_without_comparison;
mod bare_counter;
mod bare_histogram;
mod contradiction;
mod delta_of_counter;
mod lost_label;
mod not_a_histogram;
mod quantile_out_of_range;
mod quantile_without_buckets;
mod rate_of_gauge;
mod rate_of_sum;
mod same_series;
mod short_range;
mod sides_never_match;
mod template_label;
mod undefined_record;
mod unknown_bucket;
mod unknown_label;
mod unknown_metric;
mod unknown_value;

// What is wrong with a rule whatever the catalogue.
#[cfg(feature = "parse")]
mod duplicate_rule;
#[cfg(feature = "parse")]
mod value_in_label;

pub(crate) use alert_without_comparison::alert_without_comparison;
pub(crate) use bare_counter::bare_counter;
pub(crate) use bare_histogram::{bare_histogram, compared_histogram};
pub(crate) use contradiction::contradiction;
pub(crate) use delta_of_counter::delta_of_counter;
pub(crate) use lost_label::{lost_in_grouping, lost_in_join};
pub(crate) use not_a_histogram::not_a_histogram;
pub(crate) use quantile_out_of_range::quantile_out_of_range;
pub(crate) use quantile_without_buckets::quantile_without_buckets;
pub(crate) use rate_of_gauge::rate_of_gauge;
pub(crate) use rate_of_sum::rate_of_sum;
pub(crate) use same_series::same_series;
pub(crate) use short_range::short_range;
pub(crate) use sides_never_match::{Sides, one_has, other_values};
pub(crate) use template_label::template_label;
pub(crate) use undefined_record::undefined_record;
pub(crate) use unknown_bucket::unknown_bucket;
pub(crate) use unknown_label::{unknown_label, unknown_label_of_record};
pub(crate) use unknown_metric::unknown_metric;
pub(crate) use unknown_value::unknown_value;

#[cfg(feature = "parse")]
pub(crate) use duplicate_rule::Defined;
#[cfg(feature = "parse")]
pub(crate) use value_in_label::value_in_label;

//! What queries ask for, as plain data: metrics, matchers, functions, groupings. No catalogue is known here; constants and the
//! linter compare the trees with one, in `cryptofunk_metrics::query`.
//!
//! With the feature `parse`, PromQL and rule files are read. The trees live in an arena, so that the macros' constants and what
//! is read at run time are one type.

#![warn(missing_docs)]

mod check;
#[cfg(feature = "parse")]
mod grafana;
mod node;
#[cfg(feature = "parse")]
mod parse;
#[cfg(feature = "parse")]
mod rules;
#[cfg(feature = "parse")]
mod silence;

#[cfg(feature = "parse")]
pub use bumpalo::Bump as Arena;
pub use check::Check;
pub use node::{ANY, Grouping, Many, MatchOperator, Matcher, Matching, Node};
#[cfg(feature = "parse")]
pub use {
    grafana::variables,
    parse::parse,
    rules::{Kind, Mistake, Rule, RuleFile, rules},
    silence::allowed,
};

//! Queries that compile: PromQL that is compared with a [`Catalog`](cryptofunk_metrics_catalog::Catalog) while the compiler evaluates a constant.
//!
//! `promql!` parses a query and makes a [`Query`] of it. Mistakes are compile errors: a metric that does not exist, a label or a value that
//! it never has, a rate of a gauge, a quantile without `le`, a label that was summed away, a ratio whose sides can only be the same series.
//!
//! # What is refused
//!
//! Each [`LintRule`] has a name, which ends its messages, and a page in `docs/checks/`.
//!
//! - a metric that the catalogue does not have, unless it comes from Prometheus (`up`, `scrape_*`, `ALERTS`), a recording rule (its name
//!   has a `:`) or the process collector (`process_*`); `_bucket`, `_sum` and `_count` of a counter or a gauge; a histogram by its bare
//!   name;
//! - a label in a matcher that the metric does not have, and a value that it never has: of closed labels, and of fixed labels with
//!   [known](Schema::with_values) values. Regular expressions are read as Go reads them;
//! - `rate`, `irate` and `increase` of a gauge or of a sum of counters; `delta`, `idelta`, `deriv` and `predict_linear` of a counter; a
//!   comparison of a counter's raw value;
//! - `histogram_quantile` of series without `le`; a quantile below 0 or above 1;
//! - grouping by, joining on or including a label that the series do not have, or have lost;
//! - an operator whose sides can never match, or that pairs each series with itself;
//! - a range shorter than two scrape intervals.
//!
//! All mistakes of a query are reported at once. A comment in the query, or in the rule, silences a check there: `# metrics-lint: allow
//! short-range`.
//!
//! `rules!` checks all queries of a rule file, and also finds: an alert without a comparison, a template that prints a label which the
//! query has lost, a value in an alert's labels, two rules that define the same thing, a recording rule that is used and not defined.
//!
//! A query may contain variables of Grafana's dashboards, such as `$server` or `$__rate_interval`. They get a value that fits their place,
//! and what depends on them passes.
//!
//! # Example
//!
//! ```
//! use cryptofunk_metrics::{CATALOG, Query, promql};
//!
//! const ERROR_RATIO: Query = promql!(CATALOG, r#"
//!     sum by (server) (rate(cryptofunk_mcp_requests_total{status="error"}[5m]))
//!   / sum by (server) (rate(cryptofunk_mcp_requests_total[5m]))"#);
//!
//! assert_eq!(ERROR_RATIO.metrics(), ["cryptofunk_mcp_requests_total"]);
//! assert!(ERROR_RATIO.has_label(CATALOG, "server"));
//! ```
//!
//! ```compile_fail
//! # use cryptofunk_metrics::{CATALOG, Query, promql};
//! const CALLS: Query = promql!(CATALOG, "rate(cryptofunk_mcp_total_calls[1h])");
//! ```
//!
//! # Parsing
//!
//! With the feature `parse`, PromQL and rule files are read at run time:
//!
#![cfg_attr(feature = "parse", doc = "```")]
#![cfg_attr(not(feature = "parse"), doc = "```ignore")]
//! use cryptofunk_metrics::CATALOG;
//! use cryptofunk_metrics_query::{Arena, LintRule, Purpose, parse, query_findings};
//!
//! let arena = Arena::new();
//! let query = parse(&arena, "rate(cryptofunk_agent_healthy[5m])").expect("it is PromQL");
//! let findings = query_findings(&CATALOG.into(), &query, Purpose::Series, &[], &[]);
//! assert_eq!(findings[0].rule, LintRule::RateOfGauge);
//! ```
//!
//! Trees live in an arena, so the macros' constants and queries read at run time have one type. The parser numbers the labels of a query. A
//! set of them is a [`LabelSet`], and inference, which the compiler interprets, is arithmetic on bits.

#![warn(missing_docs)]

mod assumption;
mod check;
mod checked;
mod checks;
mod context;
mod deep;
mod findings;
mod infer;
mod inferred;
mod lint_rule;
mod named;
mod names;
mod node;
#[cfg(feature = "parse")]
mod packing;
#[cfg(feature = "parse")]
mod parse;
mod pattern;
mod possible;
mod presence;
mod query;
mod rules;
mod schema;
mod suggest;
mod values;

pub use checked::{Purpose, QueryFinding, query_findings};
pub use lint_rule::LintRule;
pub use names::{LabelSet, Names};
#[doc(hidden)]
pub use node::Packed;
pub use node::{
    ANY, Grouping, Many, MatchOperator, Matcher, Matching, Node, NodeRef, Nodes, Span, Tree, UNKNOWN_RANGE,
};
#[cfg(feature = "parse")]
#[doc(hidden)]
pub use packing::Packing;
#[cfg(feature = "parse")]
pub use parse::{
    Arena, Embedded, Located, Mistake, Origin, Rule, RuleFile, RuleKind, Skipped, SyntaxError, TemplateQuery, allowed,
    is_broken_off, is_metricsql, is_wrong_whatever_it_stands_for, parse, parse_printed, rules, variables, with_values,
};
pub use pattern::{Alternative, Automaton, Letter};
pub use query::Query;
pub use rules::{Alert, Record, Rules};
pub use schema::{IntoSchema, Schema};

//! Queries that compile: PromQL that is compared with a [`Catalog`](cryptofunk_metrics_catalog::Catalog) while the compiler evaluates a constant.
//!
//! `promql!` parses a query and makes a [`Query`] of it. What it asks for and the catalogue does not have is a
//! compile error: a metric that does not exist, a label or a value that it never has, a rate of a gauge, a quantile without
//! `le`, a label that was summed away, a ratio whose sides can only be the same series.
//!
//! # What is refused
//!
//! Each [`LintRule`] has a name, which ends its messages, and a page in `docs/checks/`.
//!
//! - a metric that the catalogue does not have, unless Prometheus makes it (`up`, `scrape_*`, `ALERTS`), a recording rule (its name
//!   has a `:`) or the process collector (`process_*`); `_bucket`, `_sum` and `_count` of what is no histogram; a histogram by its
//!   bare name;
//! - a label in a matcher that the metric does not have, and a value that it never has: of closed labels, and of fixed labels whose
//!   values were [told](Schema::with_values). Of regular expressions, words with `.*`, `.+` and `|` are understood; others pass;
//! - `rate`, `irate` and `increase` of a gauge; `delta`, `idelta`, `deriv` and `predict_linear` of a counter; a counter that is compared
//!   with a number as it is;
//! - `histogram_quantile` of what has no `le`, or has lost it;
//! - grouping by, grouping without, joining `on`, `ignoring` or including a label that is not there, or not there any more;
//! - an operator whose sides can never match, or of which each series only meets itself;
//! - a range shorter than two scrapes.
//!
//! All mistakes of a query are told. A comment in the query, or in the rule, silences a check there:
//! `# metrics-lint: allow short-range`.
//!
//! `rules!` checks all queries of a rule file where it stands, and besides: an alert without a comparison, a template
//! that prints a label which the query has lost, a value in an alert's labels, two rules of one name and labels, a recording rule
//! that is used and not defined in the file.
//!
//! Variables of Grafana's dashboards may stand in a query, `$server` or `$__rate_interval`: they are taken for what their place
//! needs, and what depends on them passes.
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
//! With the feature `parse`, PromQL and rule files are read at run time. The trees live in an arena, so that the macros' constants and
//! what is read at run time are one type. The parser numbers the labels of a query, so that a set of them is a [`LabelSet`], and
//! inference, which the compiler interprets, is arithmetic on bits.

#![warn(missing_docs)]

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
pub use node::{ANY, Grouping, Many, MatchOperator, Matcher, Matching, Node, Span, Tree, UNKNOWN_RANGE};
#[cfg(feature = "parse")]
pub use parse::{
    Arena, Embedded, Located, Mistake, Origin, Rule, RuleFile, RuleKind, Skipped, SyntaxError, TemplateQuery, allowed,
    is_broken_off, is_metricsql, is_wrong_whatever_it_stands_for, parse, parse_printed, rules, variables, with_values,
};
pub use pattern::{Alternative, Automaton, Letter};
pub use query::Query;
pub use rules::{Alert, Record, Rules};
pub use schema::{IntoSchema, Schema};

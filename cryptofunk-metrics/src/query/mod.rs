//! Queries that compile: PromQL that is compared with a [`Catalog`] while the compiler evaluates a constant.
//!
//! [`promql!`](crate::promql) parses a query and makes a [`Query`] of it. What it asks for and the catalogue does not have is a
//! compile error: a metric that does not exist, a label or a value that it never has, a rate of a gauge, a quantile without
//! `le`, a label that was summed away, a ratio whose sides can only be the same series.
//!
//! # What is refused
//!
//! Each [`Check`] has a name, which ends its messages, and a page in `docs/checks/`.
//!
//! - a metric that the catalogue does not have, unless Prometheus makes it (`up`, `scrape_*`, `ALERTS`), a recording rule (its name
//!   has a `:`) or the process collector (`process_*`); `_bucket`, `_sum` and `_count` of what is no histogram; a histogram by its
//!   bare name;
//! - a label in a matcher that the metric does not have, and a value that it never has: of closed labels, and of fixed labels whose
//!   values were [told](Catalog::with_values). Of regular expressions, words with `.*`, `.+` and `|` are understood; others pass;
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
//! [`rules!`](crate::rules) checks all queries of a rule file where it stands, and besides: an alert without a comparison, a template
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
//! assert!(ERROR_RATIO.has_label(&CATALOG, "server"));
//! ```
//!
//! ```compile_fail
//! # use cryptofunk_metrics::{CATALOG, Query, promql};
//! const TRADES: Query = promql!(CATALOG, "rate(cryptofunk_total_trades[1h])");
//! ```

mod check;
mod findings;
mod labels;
mod pattern;
mod rules;
mod says;
mod sides;
mod suggest;

pub use cryptofunk_metrics_query::{ANY, Check, Grouping, Many, MatchOperator, Matcher, Matching, Node};
use findings::Findings;
pub use rules::{Alert, Record, Rules};

use crate::Catalog;

/// A query that a catalogue has everything for; [`promql!`](crate::promql) makes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Query {
    text: &'static str,
    // The catalogue is not kept: the compiler would look through all of it once more for every constant.
    root: &'static Node<'static>,
}

impl Query {
    #[doc(hidden)]
    pub const fn unchecked(text: &'static str, root: &'static Node<'static>) -> Self {
        Query { text, root }
    }

    /// Checks the query and the labels that templates print of it, but for some checks. A `place` begins the message.
    ///
    /// # Panics
    ///
    /// If it asks for what the catalogue does not have; in a `const` that is a compile error.
    #[doc(hidden)]
    #[track_caller]
    pub const fn checked(self, catalog: &Catalog, place: &str, printed: &[&str], allowed: &[Check]) -> Self {
        find(catalog, self.root, printed, allowed).panic(place);
        self
    }

    /// The text, as Prometheus reads it. Variables of Grafana stand in it as they were written.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The names of its metrics, each once, in the order of the text.
    pub fn metrics(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.root.each_metric(&mut |name| {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        });
        names
    }

    /// Whether the series that it answers have this label, as far as the catalogue knows.
    pub const fn has_label(&self, catalog: &Catalog, label: &str) -> bool {
        matches!(labels::has(catalog, self.root, label), labels::Has::Yes)
    }
}

/// Every mistake of a query and of the templates that print its labels, but what is silenced.
#[cfg(feature = "lint")]
pub(crate) fn mistakes<'a>(
    catalog: &Catalog,
    root: &'a Node<'a>,
    printed: &[&str],
    allowed: &[Check],
) -> Vec<(Check, String)> {
    find(catalog, root, printed, allowed).iter().map(|(check, message)| (check, message.text().to_owned())).collect()
}

const fn find<'a, 'f>(catalog: &Catalog, root: &'a Node<'a>, printed: &[&str], allowed: &'f [Check]) -> Findings<'f> {
    let mut found = Findings::new(allowed);
    check::check(catalog, root, &mut found);
    check::template(catalog, root, printed, &mut found);
    found
}

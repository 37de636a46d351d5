//! Tools that read the catalogues of `cryptofunk-metrics`.
//!
//! - [`docs`] writes Markdown and JSON about a system, Grafana dashboards and a runbook, from declarations and checked queries.
//! - [`lint`] finds wrong queries in rule files and dashboards, and families that running processes do not expose as declared. The command
//!   `metrics-lint` (feature `cli`, on by default) does the same in a shell.
//! - [`pack`] writes recording rules, alerts with tests for promtool, dashboards and a runbook, for the servers, agents and components of
//!   any catalogue. The command `metrics-pack` does the same for a catalog.json.

#![warn(missing_docs)]

pub mod docs;
pub mod lint;
pub mod pack;

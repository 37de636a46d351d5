//! What reads the catalogues of `cryptofunk-metrics`.
//!
//! - [`docs`]: Markdown and JSON about a system, Grafana dashboards and a runbook, made of declarations and checked queries.
//! - [`lint`]: finds wrong queries in rule files and dashboards, and families that running processes do not expose as declared. The command
//!   `metrics-lint` (feature `cli`, on by default) does it from a shell.
//! - [`pack`]: recording rules, alerts with promtool's tests, dashboards and a runbook, for the servers, agents and components of any
//!   catalogue; the command `metrics-pack` makes them of a catalog.json.

#![warn(missing_docs)]

pub mod docs;
pub mod lint;
pub mod pack;

//! A rule file that is right.

#![deny(warnings)]

use cryptofunk_metrics::rules;
use cryptofunk_tests::CATALOG;

rules!(CATALOG, "rules.yml");

pub fn main() {}

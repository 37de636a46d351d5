//! A rule file that is right.

#![deny(warnings)]

use cryptofunk_metrics::{CATALOG, rules};

rules!(CATALOG, "rules.yml");

fn main() {}

//! PromQL and rule files in, trees out.

mod grafana;
mod promql;
mod rules;
mod silence;

pub use bumpalo::Bump as Arena;
pub use grafana::variables;
pub use promql::{parse, parse_printed};
pub use rules::{Mistake, Rule, RuleFile, RuleKind, rules};
pub use silence::allowed;

//! PromQL and rule files in, trees out.

mod grafana;
mod promql;
mod rules;
mod silence;

pub use bumpalo::Bump as Arena;
pub use grafana::variables;
pub use promql::parse;
pub use rules::{Kind, Mistake, Rule, RuleFile, rules};
pub use silence::allowed;

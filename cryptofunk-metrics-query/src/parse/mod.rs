//! PromQL and rule files in, trees out.

mod containers;
mod grafana;
mod located;
mod promql;
mod rules;
mod silence;
mod template;
mod variable_places;
mod yaml;

pub use bumpalo::Bump as Arena;
pub use grafana::{is_broken_off, is_wrong_whatever_it_stands_for, variables, with_values};
pub use located::{Located, Origin};
pub use promql::{parse, parse_printed};
pub use rules::{Embedded, Mistake, Rule, RuleFile, RuleKind, Skipped, TemplateQuery, rules};
pub use silence::allowed;

//! PromQL and rule files in, trees out.

mod containers;
mod duration;
mod functions;
mod grafana;
pub(crate) mod grammar;
mod lexer;
mod literal;
mod located;
mod metricsql;
mod part;
mod parts;
mod pieces;
mod promql;
mod regex;
mod rule_fields;
mod rules;
mod selector;
mod silence;
mod syntax_error;
mod template;
#[cfg(test)]
mod tests;
mod variable_places;
mod yaml;

pub use bumpalo::Bump as Arena;
pub use containers::{Embedded, Skipped};
pub use grafana::{is_broken_off, is_wrong_whatever_it_stands_for, variables, with_values};
pub use located::{Located, Origin};
pub use metricsql::is_metricsql;
pub use promql::{parse, parse_printed};
pub use rules::{Mistake, Rule, RuleFile, RuleKind, TemplateQuery, rules};
pub use silence::allowed;
pub use syntax_error::SyntaxError;

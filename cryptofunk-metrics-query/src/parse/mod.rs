//! PromQL and rule files in, trees out.

mod duration;
mod functions;
mod grafana;
mod grammar;
mod lexer;
mod literal;
mod part;
mod parts;
mod promql;
mod regex;
mod rules;
mod selector;
mod silence;
mod syntax_error;
#[cfg(test)]
mod tests;

pub use bumpalo::Bump as Arena;
pub use grafana::variables;
pub use promql::{parse, parse_printed};
pub use rules::{Mistake, Rule, RuleFile, RuleKind, rules};
pub use silence::allowed;
pub use syntax_error::SyntaxError;

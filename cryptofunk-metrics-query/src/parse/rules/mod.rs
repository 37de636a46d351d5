//! Prometheus rule files, and the objects that hold them. One mistake does not hide the others.

mod alike;
mod file;
mod group;
mod read;
mod rule;
mod written;

#[cfg(test)]
mod tests;

pub use file::{Mistake, Rule, RuleFile, RuleKind, TemplateQuery};
pub use read::rules;

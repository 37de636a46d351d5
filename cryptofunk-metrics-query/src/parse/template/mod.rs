//! Templates of rules: Go's text/template, as far as Prometheus parses it, and what they print.

mod lex;
mod printed;
mod syntax;

pub(crate) use printed::printed;
pub(crate) use syntax::{Dialect, parse};

//! What has been read of a query so far.

use crate::{
    node::{Many, Matching, Node},
    parse::functions::Type,
};

/// A part that is read, with what decides on what may follow it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) node: Node<'a>,
    pub(crate) kind: Type,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// How many parts stand in each other here.
    pub(crate) depth: u32,
    pub(crate) takes: Takes,
}

/// Which modifiers may follow a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// None: it is no selector, or stands in parentheses.
    Nothing,
    Modifiers(Modifiers),
}

/// Which modifiers a selector or a subquery has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Modifiers {
    pub(crate) offset: bool,
    pub(crate) at: bool,
    pub(crate) smoothed: bool,
    pub(crate) anchored: bool,
    pub(crate) is_subquery: bool,
    /// Where the first of them stands; 0 if there is none.
    pub(crate) start: usize,
}

/// An operator with its modifiers.
#[derive(Debug, Clone)]
pub(crate) struct Operator<'a> {
    pub(crate) name: &'a str,
    pub(crate) precedence: u8,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) returns_bool: bool,
    pub(crate) matching: Matching,
    pub(crate) labels: Vec<String>,
    pub(crate) many: Many,
    pub(crate) include: Vec<String>,
    pub(crate) fills: bool,
}

/// The precedence of a sign.
pub(crate) const SIGN: u8 = 5;

/// How strong an operator binds.
pub(crate) fn precedence(operator: &str) -> Option<u8> {
    Some(match operator {
        "or" => 1,
        "and" | "unless" => 2,
        "==" | "!=" | ">" | "<" | ">=" | "<=" | "</" | ">/" => 3,
        "+" | "-" => 4,
        "*" | "/" | "%" | "atan2" => 5,
        "^" => 6,
        _ => return None,
    })
}

pub(crate) fn compares(operator: &str) -> bool {
    matches!(operator, "==" | "!=" | ">" | "<" | ">=" | "<=")
}

pub(crate) fn is_set_operator(operator: &str) -> bool {
    matches!(operator, "and" | "or" | "unless")
}

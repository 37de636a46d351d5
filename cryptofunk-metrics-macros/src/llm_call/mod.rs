//! `#[llm_call]`, in any of our blocks.

mod check;
mod expand;
mod parse;

pub(crate) use check::calls;
pub(crate) use expand::{exposed, measured};
pub(crate) use parse::{LlmCall, llm_call, providers};

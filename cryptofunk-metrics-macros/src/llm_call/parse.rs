use std::time::Duration;

use syn::{Expr, ExprLit, ImplItemFn, Lit, LitStr};

use crate::{attr::Keys, diagnostics::Diagnostics};

/// A method that asks a language model.
pub(crate) struct LlmCall {
    /// The method, without our attribute.
    pub(crate) method: ImplItemFn,
    pub(crate) provider: Option<Expr>,
    pub(crate) model: Option<Expr>,
    pub(crate) operation: Option<Expr>,
    pub(crate) timeout: Option<Duration>,
    /// Whether a missing provider is missing, rather than misspelt.
    pub(crate) keys_are_right: bool,
}

/// The LLM call that a method is, if it has the attribute, which is removed.
pub(crate) fn llm_call(method: &mut ImplItemFn, errors: &mut Diagnostics) -> Option<LlmCall> {
    let mut keys = Keys::extract("llm_call", &mut method.attrs, errors)?;
    let before = errors.len();
    let provider = keys.expression("provider", errors);
    let model = keys.expression("model", errors);
    let operation = keys.expression("operation", errors);
    let timeout = keys.duration("timeout", errors);
    keys.finish(errors);
    let keys_are_right = errors.len() == before;
    Some(LlmCall { method: method.clone(), provider, model, operation, timeout, keys_are_right })
}

/// The text of a value that is written in the attribute.
pub(super) fn literal(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}

/// The providers that are written in the attributes, each once, in the order of their first methods.
pub(crate) fn providers(calls: &[LlmCall]) -> Vec<String> {
    let mut all = Vec::new();
    for text in calls.iter().filter_map(|call| call.provider.as_ref().and_then(literal)) {
        if !all.contains(&text.value()) {
            all.push(text.value());
        }
    }
    all
}

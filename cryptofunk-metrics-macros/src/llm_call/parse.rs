use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ImplItemFn};

use crate::{
    attr::{Keys, Time, cfgs, literal},
    diagnostics::Diagnostics,
};

/// A method that asks a language model.
pub(crate) struct LlmCall {
    /// The method, without our attribute.
    pub(crate) method: ImplItemFn,
    pub(crate) provider: Option<Expr>,
    pub(crate) model: Option<Expr>,
    pub(crate) operation: Option<Expr>,
    pub(crate) timeout: Option<Time>,
    /// Whether a missing provider is missing, rather than misspelt.
    pub(crate) keys_are_right: bool,
}

/// The LLM call that a method is, if it has the attribute, which is removed.
pub(crate) fn llm_call(method: &mut ImplItemFn, errors: &mut Diagnostics) -> Option<LlmCall> {
    let mut keys = Keys::extract("llm_call", &mut method.attrs, errors)?;
    let before = errors.len();
    let [provider, model, operation] = ["provider", "model", "operation"].map(|key| {
        let examples = format!("a text: `{key} = \"…\"`, or a value: `{key} = self.{key}`");
        keys.expression(key, &examples, errors)
    });
    let timeout = keys.duration("timeout", errors);
    keys.finish(errors);
    let keys_are_right = errors.len() == before;
    Some(LlmCall { method: method.clone(), provider, model, operation, timeout, keys_are_right })
}

/// The providers that are written in the attributes, in the order of their first methods, with the conditions of these.
pub(crate) fn providers(calls: &[LlmCall]) -> Vec<TokenStream> {
    let mut told = Vec::new();
    let mut all = Vec::new();
    for call in calls {
        let cfgs: Vec<_> = cfgs(&call.method.attrs).collect();
        let Some(provider) = call.provider.as_ref().and_then(literal).filter(|one| !told.contains(&one.value())) else {
            continue;
        };
        if cfgs.is_empty() {
            told.push(provider.value());
        }
        all.push(quote!(#(#cfgs)* #provider));
    }
    all
}

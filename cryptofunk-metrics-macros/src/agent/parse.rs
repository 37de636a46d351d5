use proc_macro2::TokenStream;
use syn::{ImplItem, ImplItemFn, ItemImpl};

use crate::{
    attr::{Keys, Time},
    component::{Header, HealthCheck, health_check, impl_block},
    diagnostics::Diagnostics,
    docs::Docs,
    llm_call::{LlmCall, llm_call},
};

/// An impl block with its analysis and LLM calls.
pub(super) struct Agent {
    /// The block, without our attributes and without the measured methods.
    pub(super) block: ItemImpl,
    pub(super) header: Header,
    pub(super) docs: Option<Docs>,
    /// How old the last success may be.
    pub(super) healthy_within: Option<Time>,
    pub(super) analyses: Vec<Analysis>,
    pub(super) calls: Vec<LlmCall>,
    pub(super) checks: Vec<HealthCheck>,
}

/// A method that makes signals.
pub(super) struct Analysis {
    /// The method, without our attribute.
    pub(super) method: ImplItemFn,
    pub(super) timeout: Option<Time>,
}

pub(super) fn agent(attr: TokenStream, item: TokenStream, errors: &mut Diagnostics) -> Option<Agent> {
    let mut keys = Keys::parse("agent", attr, errors);
    let mut header = Header::take("agent", &mut keys, errors);
    let healthy_within = keys.duration("healthy_within", errors);
    header.finish(keys, errors);
    let mut block = impl_block("agent", "TechnicalAgent", item, errors)?;
    let (mut analyses, mut calls) = (Vec::new(), Vec::new());
    let mut checks = Vec::new();
    let mut own = Vec::new();
    for item in std::mem::take(&mut block.items) {
        match item {
            ImplItem::Fn(mut method) => {
                checks.extend(health_check(&mut method, errors));
                match (analysis(&mut method, errors), llm_call(&mut method, errors)) {
                    (Some(_), Some(_)) => {
                        let message =
                            "a method is the analysis or an LLM call, not both; let the analysis call another method";
                        errors.error(&method.sig.ident, message);
                    }
                    (Some(analysis), None) => analyses.push(analysis),
                    (None, Some(call)) => calls.push(call),
                    (None, None) => own.push(ImplItem::Fn(method)),
                }
            }
            other => own.push(other),
        }
    }
    block.items = own;
    let docs = Docs::of(&block.attrs);
    Some(Agent { block, header, docs, healthy_within, analyses, calls, checks })
}

fn analysis(method: &mut ImplItemFn, errors: &mut Diagnostics) -> Option<Analysis> {
    let mut keys = Keys::extract("analysis", &mut method.attrs, errors)?;
    let timeout = keys.duration("timeout", errors);
    keys.finish(errors);
    Some(Analysis { method: method.clone(), timeout })
}

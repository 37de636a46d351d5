use std::time::Duration;

use proc_macro2::TokenStream;
use syn::{ImplItem, ImplItemFn, ItemImpl, LitStr};

use crate::{
    attr::Keys,
    component::{Header, HealthCheck, health_check, impl_block},
    diagnostics::Diagnostics,
    docs,
};

/// An impl block with its analysis and LLM calls.
pub(super) struct Agent {
    /// The block, without our attributes and without the measured methods.
    pub(super) block: ItemImpl,
    pub(super) header: Header,
    pub(super) description: Option<String>,
    /// How old the last success may be.
    pub(super) healthy_within: Option<Duration>,
    pub(super) measured: Vec<Measured>,
    pub(super) checks: Vec<HealthCheck>,
}

/// A method that is measured.
pub(super) struct Measured {
    /// The method, without our attributes.
    pub(super) method: ImplItemFn,
    pub(super) kind: Kind,
    pub(super) timeout: Option<Duration>,
}

pub(super) enum Kind {
    Analysis,
    LlmCall {
        provider: Option<LitStr>,
        /// Whether a missing provider is missing, rather than misspelt.
        keys_are_right: bool,
    },
}

impl Measured {
    /// The attribute that it has.
    pub(super) fn attribute(&self) -> &'static str {
        match self.kind {
            Kind::Analysis => "analysis",
            Kind::LlmCall { .. } => "llm_call",
        }
    }
}

impl Agent {
    /// The providers of the LLM calls, each once, in the order of their first methods.
    pub(super) fn providers(&self) -> Vec<String> {
        let mut all = Vec::new();
        for measured in &self.measured {
            if let Kind::LlmCall { provider: Some(provider), .. } = &measured.kind
                && !all.contains(&provider.value())
            {
                all.push(provider.value());
            }
        }
        all
    }
}

pub(super) fn agent(attr: TokenStream, item: TokenStream, errors: &mut Diagnostics) -> Option<Agent> {
    let mut keys = Keys::parse("agent", attr, errors);
    let mut header = Header::take("agent", &mut keys, errors);
    let healthy_within = keys.duration("healthy_within", errors);
    header.finish(keys, errors);
    let mut block = impl_block("agent", "TechnicalAgent", item, errors)?;
    let mut measured = Vec::new();
    let mut checks = Vec::new();
    let mut own = Vec::new();
    for item in std::mem::take(&mut block.items) {
        match item {
            ImplItem::Fn(mut method) => {
                checks.extend(health_check(&mut method, errors));
                match self::measured(&mut method, errors) {
                    Some((kind, timeout)) => measured.push(Measured { method, kind, timeout }),
                    None => own.push(ImplItem::Fn(method)),
                }
            }
            other => own.push(other),
        }
    }
    block.items = own;
    let description = docs::text(&block.attrs);
    Some(Agent { block, header, description, healthy_within, measured, checks })
}

fn measured(method: &mut ImplItemFn, errors: &mut Diagnostics) -> Option<(Kind, Option<Duration>)> {
    let analysis = Keys::extract("analysis", &mut method.attrs, errors).map(|mut keys| {
        let timeout = keys.duration("timeout", errors);
        keys.finish(errors);
        (Kind::Analysis, timeout)
    });
    let llm_call = Keys::extract("llm_call", &mut method.attrs, errors).map(|mut keys| {
        let before = errors.len();
        let provider = keys.string("provider", errors);
        let timeout = keys.duration("timeout", errors);
        keys.finish(errors);
        (Kind::LlmCall { provider, keys_are_right: errors.len() == before }, timeout)
    });
    if analysis.is_some() && llm_call.is_some() {
        let message = "a method is the analysis or an LLM call, not both; let the analysis call another method";
        errors.error(&method.sig.ident, message);
    }
    analysis.or(llm_call)
}

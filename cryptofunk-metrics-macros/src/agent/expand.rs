use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{ImplItem, ImplItemFn, ItemImpl, parse_quote};

use super::parse::{Agent, Analysis};
use crate::{
    attr::{Time, cfgs},
    body,
    component::{self, Defaults, Parts},
    llm_call::{self, LlmCall},
    local::local_at,
    runtime, signature,
};

/// The user's block, without our attributes.
pub(super) fn plain(agent: &Agent) -> ItemImpl {
    with(agent, |analysis| analysis.method.clone(), |call| call.method.clone())
}

fn with(agent: &Agent, analysis: impl Fn(&Analysis) -> ImplItemFn, call: impl Fn(&LlmCall) -> ImplItemFn) -> ItemImpl {
    let mut block = agent.block.clone();
    block.items.extend(agent.analyses.iter().map(|one| ImplItem::Fn(analysis(one))));
    block.items.extend(agent.calls.iter().map(|one| ImplItem::Fn(call(one))));
    block
}

pub(super) fn agent(agent: &Agent) -> TokenStream {
    let krate = runtime::path();
    let providers = llm_call::providers(&agent.calls);
    let block = with(agent, |analysis| measured(analysis, &krate), llm_call::measured);
    let signals = agent.analyses.iter().filter_map(|analysis| {
        let (cfgs, result) = (cfgs(&analysis.method.attrs), signature::result_with_value(&analysis.method.sig.output)?);
        // What a type parameter of the method stands for is known when it is called.
        if signature::mentions(&result, &signature::names_of(&analysis.method.sig.generics)) {
            return None;
        }
        Some(quote!(#(#cfgs)* #krate::__private::agent::Signals::<Self, #result>::expose();))
    });
    let of_no_kind = (!agent.analyses.is_empty()).then(|| {
        quote! {
            #[allow(unused_imports)]
            use #krate::__private::agent::NoSignals as _;
        }
    });
    let exposed = llm_call::exposed(&agent.calls);
    let metrics = quote!(<Self as #krate::Agent>::__metrics());
    let mut needs = vec![("has_agent", "`#[agent]`", "agent")];
    needs.extend(agent.calls.first().map(|_| ("has_llm", "`#[llm_call]`", "llm")));
    let component = component::component_impl(&Parts {
        block: &agent.block,
        header: &agent.header,
        docs: agent.docs.as_ref(),
        checks: &agent.checks,
        kind: quote!(Agent),
        defaults: Defaults::of(&krate, quote!(AGENT_FAMILIES), &["agent"], false),
        needs,
        constants: TokenStream::new(),
        start: quote! {
            let _ = #metrics;
            #of_no_kind
            #(#signals)*
            #exposed
        },
        own_check: Some(quote!(#krate::__private::agent::AgentMetrics::check(#metrics))),
    });
    let ty = &agent.block.self_ty;
    let (generics, _, wheres) = agent.block.generics.split_for_impl();
    let conditions = cfgs(&agent.block.attrs);
    let within = agent.healthy_within.as_ref().map(|time| {
        let time = match time {
            Time::Written(_) => time.value(&krate),
            Time::Computed(value) => quote!(#value),
        };
        quote!(const HEALTHY_WITHIN: ::core::time::Duration = #time;)
    });
    let analyses = agent.analyses.iter().map(|analysis| {
        let cfgs = cfgs(&analysis.method.attrs);
        quote!(#(#cfgs)* ())
    });
    quote! {
        #block

        #component

        #(#conditions)*
        #[automatically_derived]
        impl #generics #krate::Agent for #ty #wheres {
            const PROVIDERS: &'static [&'static str] = &[#(#providers),*];
            #within

            fn __metrics() -> &'static #krate::__private::agent::AgentMetrics {
                static METRICS: ::std::sync::OnceLock<#krate::__private::agent::AgentMetrics> = ::std::sync::OnceLock::new();
                ::std::sync::OnceLock::get_or_init(&METRICS, || {
                    #krate::__private::agent::AgentMetrics::of::<Self>(<Self as #krate::Agent>::HEALTHY_WITHIN, !<[()]>::is_empty(&[#(#analyses),*]))
                })
            }
        }
    }
}

/// The method, around whose body the measuring stands.
fn measured(analysis: &Analysis, krate: &TokenStream) -> ImplItemFn {
    let mut method = analysis.method.clone();
    let body = body::future(&method.block, &method.sig.output);
    // Every token of the call stands where the result does, so that a type that lacks a trait is reported there.
    let (ok, _) = signature::result_spans(&method.sig.output, method.sig.ident.span());
    let work = local_at("__work", ok);
    let call = match &analysis.timeout {
        None => quote_spanned!(ok=> __agent::analysis::<Self, _>(#work).await),
        Some(time) => {
            let limit = time.value(krate);
            quote_spanned!(ok=> __agent::analysis_within::<Self, _>(#limit, #work).await)
        }
    };
    method.block = parse_quote!({
        use #krate::__private::agent as __agent;
        let #work = #body;
        #call
    });
    method
}

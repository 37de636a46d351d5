use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{ImplItem, ImplItemFn, ItemImpl, parse_quote};

use super::parse::{Agent, Kind, Measured};
use crate::{component, runtime, signature};

/// The user's block, without our attributes.
pub(super) fn plain(agent: &Agent) -> ItemImpl {
    with(agent, |measured| measured.method.clone())
}

fn with(agent: &Agent, method: impl Fn(&Measured) -> ImplItemFn) -> ItemImpl {
    let mut block = agent.block.clone();
    block.items.extend(agent.measured.iter().map(|measured| ImplItem::Fn(method(measured))));
    block
}

pub(super) fn agent(agent: &Agent) -> TokenStream {
    let krate = runtime::path();
    let providers = agent.providers();
    let block = with(agent, |measured| self::measured(measured, &providers, &krate));
    let component = component::component_impl(
        &agent.block,
        &agent.header,
        agent.description.as_deref(),
        &agent.checks,
        &quote!(Agent),
        Some(&quote!(<Self as #krate::Agent>::__series())),
    );
    let ty = &agent.block.self_ty;
    let (generics, _, wheres) = agent.block.generics.split_for_impl();
    let cfgs = agent.block.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let within = agent.healthy_within.map(|time| {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        quote!(const HEALTHY_WITHIN: ::core::time::Duration = ::core::time::Duration::from_nanos(#nanos);)
    });
    quote! {
        #block

        #component

        #(#cfgs)*
        #[automatically_derived]
        impl #generics #krate::Agent for #ty #wheres {
            const PROVIDERS: &'static [&'static str] = &[#(#providers),*];
            #within

            fn __series() -> &'static #krate::__private::agent::Series {
                static SERIES: ::std::sync::OnceLock<#krate::__private::agent::Series> = ::std::sync::OnceLock::new();
                SERIES.get_or_init(#krate::__private::agent::Series::of::<Self>)
            }
        }
    }
}

/// The method, around whose body the measuring stands.
fn measured(measured: &Measured, providers: &[String], krate: &TokenStream) -> ImplItemFn {
    let Measured { kind, timeout, .. } = measured;
    let mut method = measured.method.clone();
    let body = &method.block;
    // Every token of the call stands where the result does, so that a type that lacks a trait is reported there.
    let (ok, _) = signature::result_spans(&method.sig.output, method.sig.ident.span());
    let timeout = timeout.map(|time| {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        quote!(::core::time::Duration::from_nanos(#nanos),)
    });
    let series = quote!(<Self as #krate::Agent>::__series());
    let measure = match (kind, timeout.is_some()) {
        (Kind::Analysis, false) => quote_spanned!(ok=> __agent::analysis),
        (Kind::Analysis, true) => quote_spanned!(ok=> __agent::analysis_within),
        (Kind::LlmCall { .. }, false) => quote_spanned!(ok=> __agent::llm_call),
        (Kind::LlmCall { .. }, true) => quote_spanned!(ok=> __agent::llm_call_within),
    };
    let place = match kind {
        Kind::Analysis => None,
        Kind::LlmCall { provider, .. } => {
            let name = provider.as_ref().map(syn::LitStr::value).unwrap_or_default();
            let place = providers.iter().position(|provider| *provider == name).unwrap_or_default();
            Some(quote!(#place,))
        }
    };
    let work = quote_spanned!(ok=> __work);
    let call = quote_spanned!(ok=> #measure(#series, #place #timeout #work).await);
    method.block = parse_quote!({
        use #krate::__private::agent as __agent;
        let #work = async move #body;
        #call
    });
    method
}

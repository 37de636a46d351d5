use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{ImplItem, ImplItemFn, ItemImpl, spanned::Spanned};

use super::parse::{Component, Header, HealthCheck};
use crate::{
    llm_call::{self, LlmCall},
    runtime,
};

/// The block with its LLM calls as they were written.
pub(super) fn plain(component: &Component) -> ItemImpl {
    with(component, |call| call.method.clone())
}

fn with(component: &Component, method: impl Fn(&LlmCall) -> ImplItemFn) -> ItemImpl {
    let mut block = component.block.clone();
    block.items.extend(component.calls.iter().map(|call| ImplItem::Fn(method(call))));
    block
}

pub(super) fn component(component: &Component) -> TokenStream {
    let krate = runtime::path();
    let Component { block, header, description, checks, calls } = component;
    let start = llm_call::exposed(calls);
    let parts = Parts {
        block,
        header,
        description: description.as_deref(),
        checks,
        kind: quote!(Service),
        defaults: Defaults::of(&krate, quote!(FAMILIES), &[], !calls.is_empty()),
        needs: calls.first().map(|_| ("has_llm", "`#[llm_call]`", "llm")).into_iter().collect(),
        start,
        own_check: None,
    };
    let implementation = component_impl(&parts);
    let block = with(component, llm_call::measured);
    quote!(#block #implementation)
}

/// What a component records into, and exposes, that says no families of its own.
pub(crate) struct Defaults {
    families: TokenStream,
    modules: Vec<TokenStream>,
}

impl Defaults {
    /// The library's families of this name, and those of its modules.
    pub(crate) fn of(krate: &TokenStream, families: TokenStream, modules: &[&str], llm: bool) -> Self {
        let modules = modules.iter().copied().chain(["component"]).chain(llm.then_some("llm"));
        Defaults {
            families: quote!(#krate::__private::#families),
            modules: modules
                .map(|module| {
                    let module = quote::format_ident!("{module}");
                    quote!(#krate::__private::catalog::#module)
                })
                .collect(),
        }
    }
}

/// What the implementation of the trait `Component` is made of.
pub(crate) struct Parts<'a> {
    pub(crate) block: &'a ItemImpl,
    pub(crate) header: &'a Header,
    pub(crate) description: Option<&'a str>,
    pub(crate) checks: &'a [HealthCheck],
    pub(crate) kind: TokenStream,
    pub(crate) defaults: Defaults,
    /// Which conventions its families need: the question to ask of them, who needs them, and the convention.
    pub(crate) needs: Vec<(&'static str, &'static str, &'static str)>,
    /// What is exposed from its start, beside its metrics.
    pub(crate) start: TokenStream,
    /// A health check that it has by itself.
    pub(crate) own_check: Option<TokenStream>,
}

/// The trait that all components have.
pub(crate) fn component_impl(parts: &Parts<'_>) -> TokenStream {
    let krate = runtime::path();
    let Parts { block, header, description, checks, kind, defaults, needs, start, own_check } = parts;
    let ty = &block.self_ty;
    let (generics, _, wheres) = block.generics.split_for_impl();
    let cfgs: Vec<_> = block.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
    let Header { name, port, version, families, metrics, .. } = header;
    let description = description.unwrap_or_default();
    let version =
        version.as_ref().map_or_else(|| quote!(::core::env!("CARGO_PKG_VERSION")), |version| quote!(#version));
    let (recorded, exposed) = if families.is_empty() {
        (defaults.families.clone(), defaults.modules.clone())
    } else {
        let joined = match families.as_slice() {
            [one] => quote!(#one::FAMILIES),
            several => quote!(#krate::conventions::Families::join(&[#(#several::FAMILIES),*])),
        };
        (joined, families.iter().map(|module| quote!(#module)).collect())
    };
    let needs = needs.iter().filter(|_| !families.is_empty()).map(|(has, who, convention)| {
        let has = quote::format_ident!("{has}");
        let message = format!(
            "{who} records into families of the convention `{convention}`, which these do not have; declare them with \
             `#[metrics(namespace = \"…\", convention = \"{convention}\")]`"
        );
        let span = families[0].span();
        quote_spanned!(span=> #(#cfgs)* const _: () = ::core::assert!(#recorded.#has(), #message);)
    });
    let exposed: Vec<TokenStream> = exposed.into_iter().chain(metrics.iter().map(|module| quote!(#module))).collect();
    let register = quote! {
        fn __register() {
            #(#exposed::register();)*
            #krate::__private::promise(<Self as #krate::Component>::METRICS);
            #start
        }
    };
    let checks = (!checks.is_empty() || own_check.is_some()).then(|| {
        let own = own_check.as_ref().map(|check| quote!(#check,));
        // Under one name, so that every token of a check stands where its method does, and errors are reported there.
        let import = (!checks.is_empty()).then(|| quote!(use #krate::__private::HealthCheck as __Check;));
        let checks = checks.iter().map(|HealthCheck { method, name, .. }| {
            let ident = &method.sig.ident;
            let span = ident.span();
            let wait = method.sig.asyncness.map(|_| quote_spanned!(span=> .await));
            quote_spanned! {span=>
                __Check::new(#name, this, |this| async move { this.#ident()#wait })
            }
        });
        quote! {
            fn __checks(this: &::std::sync::Arc<Self>) -> ::std::vec::Vec<#krate::__private::HealthCheck>
            where
                Self: ::core::marker::Send + ::core::marker::Sync + 'static,
            {
                #import
                ::std::vec![#own #(#checks),*]
            }
        }
    });
    quote! {
        #(#needs)*

        #(#cfgs)*
        #[automatically_derived]
        impl #generics #krate::Component for #ty #wheres {
            const NAME: &'static str = #name;
            const PORT: u16 = #port;
            const KIND: #krate::__private::ComponentKind = #krate::__private::ComponentKind::#kind;
            const DESCRIPTION: &'static str = #description;
            const VERSION: &'static str = #version;
            const METRICS: &'static [&'static [#krate::__private::MetricDescriptor]] = &[#(#exposed::METRICS),*];
            const FAMILIES: #krate::conventions::Families = #recorded;
            #register
            #checks
        }
    }
}

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{ImplItem, ImplItemFn, ItemImpl, spanned::Spanned};

use super::parse::{Component, Header, HealthCheck};
use crate::{
    attr::{Port, Text, cfgs},
    docs::Docs,
    llm_call::{self, LlmCall},
    local::local,
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
    let Component { block, header, docs, checks, calls } = component;
    let start = llm_call::exposed(calls);
    let parts = Parts {
        block,
        header,
        docs: docs.as_ref(),
        checks,
        kind: quote!(Service),
        defaults: Defaults::of(&krate, quote!(FAMILIES), &[], !calls.is_empty()),
        needs: calls.first().map(|_| ("has_llm", "`#[llm_call]`", "llm")).into_iter().collect(),
        constants: TokenStream::new(),
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

/// The modules whose families a component records into.
pub(crate) fn recorded_modules(header: &Header, defaults: &Defaults) -> Vec<TokenStream> {
    match header.families.as_slice() {
        [] => defaults.modules.clone(),
        modules => modules.iter().map(ToTokens::to_token_stream).collect(),
    }
}

/// What the implementation of the trait `Component` is made of.
pub(crate) struct Parts<'a> {
    pub(crate) block: &'a ItemImpl,
    pub(crate) header: &'a Header,
    pub(crate) docs: Option<&'a Docs>,
    pub(crate) checks: &'a [HealthCheck],
    pub(crate) kind: TokenStream,
    pub(crate) defaults: Defaults,
    /// Which conventions its families need: the question to ask of them, who needs them, and the convention.
    pub(crate) needs: Vec<(&'static str, &'static str, &'static str)>,
    /// What else the trait has of it.
    pub(crate) constants: TokenStream,
    /// What is exposed from its start, beside its metrics.
    pub(crate) start: TokenStream,
    /// A health check that it has by itself.
    pub(crate) own_check: Option<TokenStream>,
}

/// The trait that all components have.
pub(crate) fn component_impl(parts: &Parts<'_>) -> TokenStream {
    let krate = runtime::path();
    let Parts { block, header, docs, checks, kind, defaults, needs, constants: others, start, own_check } = parts;
    let ty = &block.self_ty;
    let (generics, _, wheres) = block.generics.split_for_impl();
    let conditions: Vec<_> = cfgs(&block.attrs).collect();
    let Header { name, port, version, families, metrics, .. } = header;
    let constants = constants(header, &krate);
    let port = port.as_ref().map(|port| port.value(&krate));
    let description = docs.map_or_else(|| quote!(""), Docs::one_line);
    let version =
        version.as_ref().map_or_else(|| quote!(::core::env!("CARGO_PKG_VERSION")), |version| quote!(#version));
    let recorded = match families.as_slice() {
        [] => defaults.families.clone(),
        [one] => quote!(#one::FAMILIES),
        several => quote!(#krate::conventions::Families::join(&[#(#several::FAMILIES),*])),
    };
    let exposed = recorded_modules(header, defaults);
    let needs = needs.iter().filter(|_| !families.is_empty()).map(|(has, who, convention)| {
        let has = quote::format_ident!("{has}");
        let message = format!(
            "{who} records into families of the convention `{convention}`, which these do not have; declare them with \
             `#[metrics(namespace = \"…\", convention = \"{convention}\")]`"
        );
        let span = families[0].span();
        quote_spanned!(span=> #(#conditions)* const _: () = ::core::assert!(#recorded.#has(), #message);)
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
        let import = (!checks.is_empty()).then(|| quote!(#[allow(unused_imports)] use #krate::__private::HealthCheck as __Check;));
        let checks = checks.iter().map(|HealthCheck { method, name, .. }| {
            let ident = &method.sig.ident;
            let span = ident.span();
            let wait = method.sig.asyncness.map(|_| quote_spanned!(span=> .await));
            let (cfgs, this, list) = (cfgs(&method.attrs), local("__this"), local("__checks"));
            quote_spanned! {span=>
                #(#cfgs)* ::std::vec::Vec::push(&mut #list, __Check::new(#name, #this, |#this| async move { Self::#ident(&#this)#wait }));
            }
        });
        quote! {
            #[allow(deprecated, unused_mut, unused_variables)]
            fn __checks(__this: &::std::sync::Arc<Self>) -> ::std::vec::Vec<#krate::__private::HealthCheck>
            where
                Self: ::core::marker::Send + ::core::marker::Sync + 'static,
            {
                #import
                let mut __checks = ::std::vec![#own];
                #(#checks)*
                __checks
            }
        }
    });
    let constants = constants.iter().map(|check| quote!(#(#conditions)* const _: () = #check;));
    quote! {
        #(#needs)*
        #(#constants)*

        #(#conditions)*
        #[automatically_derived]
        impl #generics #krate::Component for #ty #wheres {
            const NAME: &'static str = #name;
            const PORT: u16 = #port;
            const KIND: #krate::__private::ComponentKind = #krate::__private::ComponentKind::#kind;
            const DESCRIPTION: &'static str = #description;
            const VERSION: &'static str = #version;
            const METRICS: &'static [&'static [#krate::__private::MetricDescriptor]] = &[#(#exposed::METRICS),*];
            const FAMILIES: #krate::conventions::Families = #recorded;
            #others
            #register
            #checks
        }
    }
}

/// Checks of a name and a port that only the compiler knows.
fn constants(header: &Header, krate: &TokenStream) -> Vec<TokenStream> {
    let Header { attribute, name, port, .. } = header;
    let name = match name {
        Some(Text::Computed(name)) => {
            let message = format!(
                "the name in `#[{attribute}]` is not made of lower-case letters, digits and `-`, with a letter first"
            );
            let span = name.span();
            Some(quote_spanned!(span=> ::core::assert!(#krate::__private::names::is_component_name(#name), #message)))
        }
        _ => None,
    };
    let port = match port {
        Some(Port::Computed(expression)) => {
            let message = format!(
                "the port in `#[{attribute}]` is 0, which means any free port; Prometheus needs one that it can be told"
            );
            let port = Port::Computed(expression.clone()).value(krate);
            let span = expression.span();
            Some(quote_spanned!(span=> ::core::assert!(#port != 0, #message)))
        }
        _ => None,
    };
    name.into_iter().chain(port).collect()
}

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ItemImpl;

use super::parse::{Component, Header, HealthCheck};
use crate::runtime;

pub(super) fn component(component: &Component) -> TokenStream {
    let Component { block, header, description, checks } = component;
    let kind = quote!(Service);
    let implementation = component_impl(block, header, description.as_deref(), checks, &kind, None);
    quote!(#block #implementation)
}

/// The trait that all components have; `series` is what makes an agent's, which know whether it is healthy.
pub(crate) fn component_impl(
    block: &ItemImpl,
    header: &Header,
    description: Option<&str>,
    checks: &[HealthCheck],
    kind: &TokenStream,
    series: Option<&TokenStream>,
) -> TokenStream {
    let krate = runtime::path();
    let ty = &block.self_ty;
    let (generics, _, wheres) = block.generics.split_for_impl();
    let cfgs = block.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let Header { name, port, version, metrics, .. } = header;
    let description = description.unwrap_or_default();
    let version =
        version.as_ref().map_or_else(|| quote!(::core::env!("CARGO_PKG_VERSION")), |version| quote!(#version));
    let start = series.map(|series| quote!(let _ = #series;));
    let register = (!metrics.is_empty() || series.is_some()).then(|| {
        quote! {
            fn __register() {
                #(#metrics::register();)*
                #start
            }
        }
    });
    let checks = (!checks.is_empty() || series.is_some()).then(|| {
        let own = series.map(|series| quote!(#krate::__private::agent::Series::check(#series),));
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
        #(#cfgs)*
        #[automatically_derived]
        impl #generics #krate::Component for #ty #wheres {
            const NAME: &'static str = #name;
            const PORT: u16 = #port;
            const KIND: #krate::__private::ComponentKind = #krate::__private::ComponentKind::#kind;
            const DESCRIPTION: &'static str = #description;
            const VERSION: &'static str = #version;
            #register
            #checks
        }
    }
}

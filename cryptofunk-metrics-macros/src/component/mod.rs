//! `#[component]` and `#[health_check]`, and what every kind of component has: a name, a port and health checks.

mod check;
mod expand;
mod parse;

pub(crate) use check::{checks, header};
pub(crate) use expand::{Defaults, Parts, component_impl, recorded_modules};
pub(crate) use parse::{Header, HealthCheck, health_check, impl_block};
use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;

pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Diagnostics::default();
    let component = parse::component(attr, item, &mut errors);
    if let Some(component) = &component {
        check::component(component, &mut errors);
    }
    match (errors.into_tokens(), component) {
        // The block itself stays, so that what uses its methods is not reported as well.
        (Some(errors), Some(component)) => {
            let block = expand::plain(&component);
            quote!(#errors #[allow(unused_variables)] #block)
        }
        (Some(errors), None) => errors,
        (None, Some(component)) => expand::component(&component),
        (None, None) => TokenStream::new(),
    }
}

/// The attribute of a block removes the attributes of its methods; one that the compiler finds stands somewhere else.
pub(crate) fn outside(attribute: &str, blocks: &str, item: TokenStream) -> TokenStream {
    let mut errors = Diagnostics::default();
    let message = format!("`#[{attribute}]` belongs on a method of an impl block that has {blocks}");
    match syn::parse2::<syn::ImplItemFn>(item.clone()) {
        Ok(method) => errors.error(&method.sig.ident, message),
        Err(_) => errors.error(&item, message),
    }
    let errors = errors.into_tokens();
    quote!(#errors #item)
}

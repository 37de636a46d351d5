//! `#[agent]`, `#[analysis]` and `#[llm_call]`.

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;

pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Diagnostics::default();
    let agent = parse::agent(attr, item, &mut errors);
    if let Some(agent) = &agent {
        check::agent(agent, &mut errors);
    }
    match (errors.into_tokens(), agent) {
        // The block itself stays, so that what uses its methods is not reported as well.
        (Some(errors), Some(agent)) => {
            let block = expand::plain(&agent);
            quote!(#errors #[allow(unused_variables)] #block)
        }
        (Some(errors), None) => errors,
        (None, Some(agent)) => expand::agent(&agent),
        (None, None) => TokenStream::new(),
    }
}

//! `#[measured]`.

mod check;
mod expand;
mod parse;
mod returned;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;

pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Diagnostics::default();
    let measured = parse::measured(attr, item.clone(), &mut errors);
    if let Some(measured) = &measured {
        check::measured(measured, &mut errors);
    }
    match (errors.into_tokens(), measured) {
        // What it stands on stays, so that its users have no mistake of their own.
        (Some(errors), _) => quote::quote!(#errors #item),
        (None, Some(measured)) => expand::measured(&measured),
        (None, None) => TokenStream::new(),
    }
}

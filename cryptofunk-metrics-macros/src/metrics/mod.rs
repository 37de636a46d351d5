//! `#[metrics]`.

mod buckets;
mod check;
mod conventions;
mod declarations;
mod expand;
mod native;
mod natives;
mod options;
mod overflow;
mod parse;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;

pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Diagnostics::default();
    let module = parse::module(attr, item, &mut errors);
    if let Some(module) = &module {
        check::module(module, &mut errors);
    }
    match (errors.into_tokens(), module) {
        (Some(errors), _) => errors,
        (None, Some(module)) => expand::module(&module),
        (None, None) => TokenStream::new(),
    }
}

//! `#[derive(Label)]`.

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Diagnostics::default();
    let label = parse::label(input, &mut errors);
    if let Some(label) = &label {
        check::label(label, &mut errors);
    }
    match (errors.into_tokens(), label) {
        (Some(errors), _) => errors,
        (None, Some(label)) => expand::label(&label),
        (None, None) => TokenStream::new(),
    }
}

//! `promql!` and `rules!`.

mod expand;
mod parse;

use cryptofunk_metrics_query::Arena;
use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match parse::query(&Arena::new(), input) {
        Ok(query) => expand::query(&query),
        Err(error) => error.to_compile_error(),
    }
}

pub(crate) fn rules(input: TokenStream) -> TokenStream {
    let mut errors = Diagnostics::default();
    match parse::rules(&Arena::new(), input, &mut errors) {
        Some(file) => expand::rules(&file),
        None => errors.into_tokens().unwrap_or_default(),
    }
}

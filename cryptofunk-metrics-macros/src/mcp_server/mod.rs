//! `#[mcp_server]`, `#[mcp_tool]` and `#[mcp_handler]`.

mod check;
mod expand;
mod parse;
mod tool;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;

pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Diagnostics::default();
    let server = parse::server(attr, item, &mut errors);
    if let Some(server) = &server {
        check::server(server, &mut errors);
    }
    match (errors.into_tokens(), server) {
        // The block itself stays, so that what uses its methods is not reported as well.
        (Some(errors), Some(server)) => {
            let block = expand::block(&server);
            quote!(#errors #[allow(unused_variables)] #block)
        }
        (Some(errors), None) => errors,
        (None, Some(server)) => expand::server(&server),
        (None, None) => TokenStream::new(),
    }
}

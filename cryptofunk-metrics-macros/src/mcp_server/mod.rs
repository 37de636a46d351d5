//! `#[mcp_server]`, `#[mcp_tools]`, `#[mcp_tool]` and `#[mcp_handler]`.

mod block;
mod check;
mod default;
mod expand;
mod fields;
mod handler;
mod parse;
mod part;
mod plain;
mod promises;
mod stub;
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
            let (block, stub) = (expand::block(&server), stub::stub(&server));
            quote!(#errors #[allow(unused_variables)] #block #stub)
        }
        (Some(errors), None) => errors,
        (None, Some(server)) => expand::server(&server),
        (None, None) => TokenStream::new(),
    }
}

/// A part of a server.
pub(crate) fn expand_part(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Diagnostics::default();
    let part = parse::part(attr, item, &mut errors);
    if let Some(part) = &part {
        check::part(part, &mut errors);
    }
    match (errors.into_tokens(), part) {
        (Some(errors), Some(part)) => {
            let block = part::plain(&part);
            quote!(#errors #[allow(unused_variables)] #block)
        }
        (Some(errors), None) => errors,
        (None, Some(part)) => part::part(&part),
        (None, None) => TokenStream::new(),
    }
}

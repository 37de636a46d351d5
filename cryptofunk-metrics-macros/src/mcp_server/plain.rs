//! Parameters that stand side by side and are arguments by the names of their types: they are described and taken together.

use proc_macro2::TokenStream;
use quote::quote;

use super::parse::{Param, Tool};
use crate::signature;

/// As many as the library takes at once.
const MOST: usize = 8;

/// The parameters of a tool with their positions, those that go together in one piece.
pub(super) fn pieces(tool: &Tool) -> Vec<Vec<(usize, &Param)>> {
    let mut pieces: Vec<Vec<(usize, &Param)>> = Vec::new();
    for at in tool.params.iter().enumerate() {
        match pieces.last_mut() {
            Some(piece) if piece.len() < MOST && is_plain(at.1) && piece.iter().all(|(_, param)| is_plain(param)) => {
                piece.push(at);
            }
            _ => pieces.push(vec![at]),
        }
    }
    pieces
}

fn is_plain(Param { name, ty, default, cfgs, field, .. }: &Param) -> bool {
    name.is_some() && default.is_none() && cfgs.is_empty() && field.is_empty() && signature::is_common(ty)
}

/// Describes several.
pub(super) fn describe(piece: &[(usize, &Param)], schema: &TokenStream) -> TokenStream {
    let (types, names) = (types(piece), names(piece));
    let descriptions = piece.iter().map(|(_, param)| match &param.docs {
        Some(docs) => docs.flowing(),
        None => quote!(""),
    });
    quote!(<#types as __mcp::Plain<_>>::describe(&mut #schema, [#((#names, #descriptions)),*]);)
}

/// Takes several.
pub(super) fn take(piece: &[(usize, &Param)], variables: &[TokenStream], arguments: &TokenStream) -> TokenStream {
    let (types, names) = (types(piece), names(piece));
    quote!(let (#(#variables),*) = <#types as __mcp::Plain<_>>::take(&mut #arguments, [#(#names),*])?;)
}

fn types(piece: &[(usize, &Param)]) -> TokenStream {
    let types = piece.iter().map(|(_, param)| &param.ty);
    quote!((#(#types),*))
}

fn names<'p>(piece: &'p [(usize, &Param)]) -> Vec<&'p String> {
    piece.iter().filter_map(|(_, param)| param.name.as_ref()).collect()
}

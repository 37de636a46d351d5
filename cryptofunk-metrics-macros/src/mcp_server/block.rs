//! A block with tools, whether a server's own or a part: its code, the table of its tools, and what only the compiler can check.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Generics, ImplItem, ImplItemFn, ItemImpl, parse_quote, spanned::Spanned};

use super::{parse::Tools, tool};
use crate::{
    attr::{self, Text},
    llm_call::LlmCall,
    signature,
};

/// A block with its tools and its LLM calls.
pub(super) fn with_tools(own: &Tools, method: impl Fn(&LlmCall) -> ImplItemFn) -> ItemImpl {
    let mut block = own.block.clone();
    block.items.extend(own.tools.iter().map(|tool| ImplItem::Fn(tool.method.clone())));
    block.items.extend(own.calls.iter().map(|call| ImplItem::Fn(method(call))));
    block
}

/// The generics of the block, and that the type can be shared: told here, a type that cannot is reported once, and not at every handler.
pub(super) fn shared(block: &ItemImpl) -> Generics {
    let mut generics = block.generics.clone();
    let ty = &block.self_ty;
    let span = ty.span();
    let bounds = quote_spanned!(span=> ::core::marker::Send + ::core::marker::Sync + 'static);
    generics.make_where_clause().predicates.push(parse_quote!(#ty: #bounds));
    generics
}

/// The table of a block's tools, as an expression.
pub(super) fn entries(block: &Tools, krate: &TokenStream) -> TokenStream {
    let mut names = signature::names_of(&block.block.generics);
    names.push("Self".to_owned());
    let entries = block.tools.iter().map(|tool| tool::entry(tool, &names, krate));
    quote! {
        use #krate::__private::mcp as __mcp;
        #[allow(unused_imports)]
        use __mcp::{output::traits::*, params::traits::*, tool_error::traits::*};
        #[allow(deprecated, unused_mut, unused_variables, unreachable_code, clippy::all, clippy::pedantic)]
        const { &[#(#entries),*] }
    }
}

/// Checks of a block's tools that only the compiler can do.
pub(super) fn checks(block: &Tools, krate: &TokenStream) -> TokenStream {
    let (names, whole) = (names(block, krate), tool::whole(block, krate));
    quote!(#(#names)* #whole)
}

/// Checks of the tools' names.
fn names(block: &Tools, krate: &TokenStream) -> Vec<TokenStream> {
    let conditions: Vec<_> = attr::cfgs(&block.block.attrs).collect();
    let computed = block.tools.iter().filter_map(|tool| match &tool.rename {
        Some(Text::Computed(name)) => Some((tool, name)),
        _ => None,
    });
    let checks = computed.map(|(tool, name)| {
        let (cfgs, span) = (tool.cfgs(), name.span());
        let message = format!(
            "the name of the tool `{}` is not what the protocol allows: 1 to 128 letters, digits, `_`, `-` and `.`",
            tool.name
        );
        quote_spanned! {span=>
            #(#conditions)* #(#cfgs)* const _: () = ::core::assert!(#krate::__private::names::is_tool_name(#name), #message);
        }
    });
    checks.collect()
}

//! Servers in several blocks: `#[mcp_tools]`, and what joins them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{
    block::{checks, entries, shared, with_tools},
    parse::{Part, Server, Tools},
    tool,
};
use crate::{attr, llm_call, runtime};

/// The block of a part without our attributes.
pub(super) fn plain(part: &Tools) -> TokenStream {
    let block = with_tools(part, |call| call.method.clone());
    quote!(#block)
}

/// The block of a part, and a type beside it that stands for its tools under one name in every module.
pub(super) fn part(part: &Tools) -> TokenStream {
    let krate = runtime::path();
    let mcp = quote!(#krate::__private::mcp);
    let block = with_tools(part, llm_call::measured);
    let ty = &part.block.self_ty;
    let shared = shared(&part.block);
    let (generics, _, wheres) = shared.split_for_impl();
    let cfgs: Vec<_> = attr::cfgs(&part.block.attrs).collect();
    let descriptors = part.tools.iter().map(|tool| tool::descriptor(tool, &krate));
    let (checks, entries) = (checks(part, &krate), entries(part, &krate));
    // Two parts of one type have different tools, and so different names here.
    let first = part.tools.first().map(|tool| tool.name.as_str()).unwrap_or_default();
    let (table, expose) = (format_ident!("__tools_from_{first}"), format_ident!("__expose_with_{first}"));
    let exposed = llm_call::exposed(&part.calls);
    let has_calls = !part.calls.is_empty();
    let expose_calls = has_calls.then(|| quote!(#[doc(hidden)] fn #expose() { #exposed }));
    let calls_exposed = has_calls.then(|| quote!(fn expose() { <#ty>::#expose() }));
    // A server of another type cannot name this one; a type with parameters would have to be named.
    let info = part.block.generics.params.is_empty().then(|| {
        quote! {
            #[doc(hidden)]
            pub fn info(__tool: &mut usize) -> ::core::option::Option<#mcp::ToolInfo> {
                #mcp::part::info::<Self, #ty>(__tool)
            }
        }
    });
    quote! {
        #block

        #checks

        #(#cfgs)*
        #[doc(hidden)]
        pub struct __McpTools;

        #(#cfgs)*
        impl __McpTools {
            #[doc(hidden)]
            pub const TOOLS: &'static [#krate::__private::ToolDescriptor] = &[#(#descriptors),*];

            #info
        }

        #(#cfgs)*
        impl #generics #ty #wheres {
            #[doc(hidden)]
            fn #table() -> &'static [#mcp::ToolEntry<Self>] {
                #entries
            }

            #expose_calls
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #generics #mcp::part::Part<#ty> for __McpTools #wheres {
            fn entries() -> &'static [#mcp::ToolEntry<#ty>] {
                <#ty>::#table()
            }

            #calls_exposed
        }
    }
}

/// All tools of a server as constant data.
pub(super) fn tools(server: &Server, krate: &TokenStream) -> TokenStream {
    if server.parts.is_empty() {
        let own = server.own.tools.iter().map(|tool| tool::descriptor(tool, krate));
        return quote!(&[#(#own),*]);
    }
    let (blocks, tools) = (blocks(server, krate), quote!(#krate::__private::tools));
    quote!({
        const __PARTS: &[&[#krate::__private::ToolDescriptor]] = #blocks;
        const __ALL: [#krate::__private::ToolDescriptor; #tools::count(__PARTS)] = #tools::join(__PARTS);
        &__ALL
    })
}

/// The tools of each block.
fn blocks(server: &Server, krate: &TokenStream) -> TokenStream {
    let own = server.own.tools.iter().map(|tool| tool::descriptor(tool, krate));
    let parts = server.parts.iter().map(|Part { cfgs, module, .. }| {
        let span = module.span();
        quote_spanned!(span=> #(#cfgs)* #module::__McpTools::TOOLS)
    });
    quote!(&[&[#(#own),*], #(#parts),*])
}

/// Checks that no two tools have one name, as far as the macro cannot see it: in several blocks, in constants, under conditions.
pub(super) fn one_name(server: &Server, krate: &TokenStream) -> Option<TokenStream> {
    let cfgs = attr::cfgs(&server.own.block.attrs);
    let blocks = blocks(server, krate);
    let unseen = server.own.tools.iter().find(|tool| tool.written_name().is_none() || tool.cfgs().next().is_some());
    let span = match (server.parts.first(), unseen) {
        (Some(part), _) => part.module.span(),
        (None, Some(tool)) => tool.method.sig.ident.span(),
        (None, None) => return None,
    };
    Some(quote_spanned!(span=> #(#cfgs)* const _: () = #krate::__private::tools::refuse_one_name(#blocks);))
}

/// Exposes what the parts of the server's own type have from the start.
pub(super) fn exposed(server: &Server, mcp: &TokenStream) -> TokenStream {
    let parts = server.parts.iter().filter(|part| part.of.is_none());
    let calls = parts
        .map(|Part { cfgs, module, .. }| quote!(#(#cfgs)* <#module::__McpTools as #mcp::part::Part<Self>>::expose();));
    quote!(#(#calls)*)
}

/// How a tool is found by its place among all; nothing for a server of one block.
pub(super) fn joined(server: &Server, krate: &TokenStream) -> Option<TokenStream> {
    let mcp = quote!(#krate::__private::mcp);
    let infos = server.parts.iter().map(|Part { cfgs, module, of }| {
        let info = match of {
            Some(_) => quote!(#module::__McpTools::info(&mut __tool)),
            None => quote!(#mcp::part::info::<#module::__McpTools, Self>(&mut __tool)),
        };
        quote! {
            #(#cfgs)*
            if let ::core::option::Option::Some(__info) = #info {
                return __info;
            }
        }
    });
    let runs = server.parts.iter().map(|Part { cfgs, module, of }| {
        let of = match of {
            Some(of) => quote!(&(#of)),
            None => quote!(self),
        };
        quote! {
            #(#cfgs)*
            {
                let __of = #of;
                if let ::core::option::Option::Some(__entry) = #mcp::part::entry_of::<#module::__McpTools, _>(&mut __tool, __of) {
                    return (__entry.call)(#mcp::Arguments::of(__arguments, __of));
                }
            }
        }
    });
    (!server.parts.is_empty()).then(|| {
        quote! {
            #[allow(unused_mut)]
            fn __info(mut __tool: usize) -> #mcp::ToolInfo {
                if let ::core::option::Option::Some(__entry) = #mcp::part::entry(<Self as #krate::McpServer>::__entries(), &mut __tool) {
                    return __entry.info;
                }
                #(#infos)*
                ::core::unreachable!("the library passes the place of a tool")
            }

            #[allow(unused_mut)]
            fn __run<'__a>(&'__a self, mut __tool: usize, __arguments: #mcp::Arguments<'__a, Self>) -> #mcp::ToolFuture<'__a> {
                if let ::core::option::Option::Some(__entry) = #mcp::part::entry(<Self as #krate::McpServer>::__entries(), &mut __tool) {
                    return (__entry.call)(__arguments);
                }
                #(#runs)*
                ::core::unreachable!("the library passes the place of a tool")
            }
        }
    })
}

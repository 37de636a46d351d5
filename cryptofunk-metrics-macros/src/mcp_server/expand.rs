//! The block, its description as constant data, and the table of its tools.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Generics, ImplItem, ImplItemFn, ItemImpl, parse_quote, spanned::Spanned};

use super::{
    handler::{handler, info, is_moved, of_tools},
    parse::{Server, Tools},
    part, tool,
};
use crate::{
    attr::{self, Text},
    component::{self, Defaults, Parts},
    llm_call::{self, LlmCall},
    methods::METHODS,
    runtime,
};

/// The user's block, without our attributes.
pub(super) fn block(server: &Server) -> TokenStream {
    with(server, |call| call.method.clone())
}

fn with(server: &Server, method: impl Fn(&LlmCall) -> ImplItemFn) -> TokenStream {
    let mut block = with_tools(&server.own, method);
    let handlers = server.handlers.iter().filter(|handler| !is_moved(&handler.method.sig.ident));
    block.items.extend(handlers.map(|handler| ImplItem::Fn(handler.method.clone())));
    quote!(#block)
}

/// A block with its tools and its LLM calls.
pub(super) fn with_tools(own: &Tools, method: impl Fn(&LlmCall) -> ImplItemFn) -> ItemImpl {
    let mut block = own.block.clone();
    block.items.extend(own.tools.iter().map(|tool| ImplItem::Fn(tool.method.clone())));
    block.items.extend(own.calls.iter().map(|call| ImplItem::Fn(method(call))));
    block
}

pub(super) fn server(server: &Server) -> TokenStream {
    let krate = runtime::path();
    let mcp = quote!(#krate::__private::mcp);
    let block = with(server, llm_call::measured);
    let ty = &server.own.block.self_ty;
    let shared = shared(&server.own.block);
    let (generics, _, wheres) = shared.split_for_impl();
    let cfgs: Vec<_> = attr::cfgs(&server.own.block.attrs).collect();

    let mut needs = vec![("has_mcp", "`#[mcp_server]`", "mcp")];
    needs.extend(server.own.calls.first().map(|_| ("has_llm", "`#[llm_call]`", "llm")));
    let exposed = llm_call::exposed(&server.own.calls);
    let parts = part::exposed(server, &mcp);
    let component = component::component_impl(&Parts {
        block: &server.own.block,
        header: &server.header,
        docs: server.docs.as_ref(),
        checks: &server.checks,
        kind: quote!(McpServer),
        defaults: Defaults::of(&krate, quote!(FAMILIES), &["mcp"], !server.own.calls.is_empty()),
        needs,
        start: quote!(#exposed #parts let _ = <Self as #krate::McpServer>::__ready();),
        own_check: None,
    });
    let checks = checks(&server.own, &krate);
    let (tools, entries, joined) =
        (part::tools(server, &krate), entries(&server.own, &krate), part::joined(server, &krate));
    let served = METHODS.iter().flat_map(|method| {
        let variant = method.variant();
        server.handlers(method).map(move |handler| {
            let cfgs = attr::cfgs(&handler.method.attrs);
            quote!(#(#cfgs)* __mcp::Method::#variant)
        })
    });
    let (handler, info, of_tools) = (handler(server, &mcp), info(server, &mcp), of_tools(server, &mcp));
    quote! {
        #block

        #component

        #checks

        #(#cfgs)*
        #[automatically_derived]
        impl #generics #krate::McpServer for #ty #wheres {
            const TOOLS: &'static [#krate::__private::ToolDescriptor] = #tools;

            fn __metrics() -> &'static #mcp::ServerMetrics {
                use #mcp as __mcp;
                static METRICS: ::std::sync::OnceLock<__mcp::ServerMetrics> = ::std::sync::OnceLock::new();
                ::std::sync::OnceLock::get_or_init(&METRICS, __mcp::metrics_of::<Self>)
            }

            fn __handlers() -> &'static [#mcp::Method] {
                use #mcp as __mcp;
                &[#(#served),*]
            }

            #info

            fn __entries() -> &'static [#mcp::ToolEntry<Self>] {
                #entries
            }

            #joined

            #of_tools
        }

        #(#cfgs)*
        #handler
    }
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
    let entries = block.tools.iter().map(|tool| tool::entry(tool, krate));
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

//! A server: its block, and the traits that it implements.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, ImplItemFn};

use super::{
    block::{checks, entries, shared, with_tools},
    handler::{handler, info, is_moved, of_tools},
    parse::Server,
    part, promises,
};
use crate::{
    attr,
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
    let mut bounded = server.own.block.clone();
    bounded.generics = shared.clone();
    let defaults = Defaults::of(&krate, quote!(FAMILIES), &["mcp"], !server.own.calls.is_empty());
    let promises = promises::checks(server, &component::recorded_modules(&server.header, &defaults), &krate);
    let component = component::component_impl(&Parts {
        block: &bounded,
        header: &server.header,
        docs: server.docs.as_ref(),
        checks: &server.checks,
        kind: quote!(McpServer),
        defaults,
        needs,
        constants: promises::constants(server, &krate),
        start: quote!(#exposed #parts let _ = <Self as #krate::McpServer>::__ready();),
        own_check: None,
    });
    let (checks, one_name) = (checks(&server.own, &krate), part::one_name(server, &krate));
    let (tools, entries, joined) =
        (part::tools(server, &krate), entries(&server.own, &krate), part::joined(server, &krate));
    let (handler, info, of_tools) = (handler(server, &mcp), info(server, &mcp), of_tools(server, &mcp));
    let (linked, served) = (linked(server, &krate), served(server));
    quote! {
        #block

        #component

        #checks
        #promises
        #one_name

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
                &[#served]
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

        #linked
    }
}

/// Exposes the series of a server that is linked in. One static for all the types that a generic server may be is none.
fn linked(server: &Server, krate: &TokenStream) -> Option<TokenStream> {
    let name = server.header.name.as_ref();
    let (ty, cfgs) = (&server.own.block.self_ty, attr::cfgs(&server.own.block.attrs));
    server.own.block.generics.params.is_empty().then(|| {
        quote! {
            #(#cfgs)*
            #krate::__private::inventory::submit!(#krate::__private::LinkedServer {
                name: #name,
                expose: || _ = <#ty as #krate::McpServer>::__metrics(),
            });
        }
    })
}

/// The methods that handlers of the block answer.
fn served(server: &Server) -> TokenStream {
    let served = METHODS.iter().flat_map(|method| {
        let variant = method.variant();
        server.handlers(method).map(move |handler| {
            let cfgs = attr::cfgs(&handler.method.attrs);
            quote!(#(#cfgs)* __mcp::Method::#variant)
        })
    });
    quote!(#(#served),*)
}

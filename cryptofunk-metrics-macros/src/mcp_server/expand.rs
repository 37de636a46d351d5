use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Ident, ImplItem, ImplItemFn};

use super::{
    parse::{Handler, Server},
    tool::{self, option},
};
use crate::{
    attr::{self, Text},
    component::{self, Defaults, Parts},
    llm_call::{self, LlmCall},
    methods::{self, METHODS},
    place::Place,
    runtime,
};

/// The handler of requests that the SDK does not know.
pub(super) const CUSTOM: &str = "on_custom_request";

/// Other methods of the SDK's `ServerHandler`, which move there as they are.
pub(super) const MOVED: [&str; 8] = [
    "get_info",
    "supported_protocol_versions",
    "accepted_subscription_filter",
    "on_cancelled",
    "on_progress",
    "on_initialized",
    "on_roots_list_changed",
    "on_custom_notification",
];

/// The user's block, without our attributes.
pub(super) fn block(server: &Server) -> TokenStream {
    with(server, |call| call.method.clone())
}

fn with(server: &Server, method: impl Fn(&LlmCall) -> ImplItemFn) -> TokenStream {
    let mut block = server.block.clone();
    block.items.extend(server.tools.iter().map(|tool| ImplItem::Fn(tool.method.clone())));
    block.items.extend(
        server
            .handlers
            .iter()
            .filter(|handler| !is_moved(&handler.method.sig.ident))
            .map(|handler| ImplItem::Fn(handler.method.clone())),
    );
    block.items.extend(server.calls.iter().map(|call| ImplItem::Fn(method(call))));
    quote!(#block)
}

pub(super) fn server(server: &Server) -> TokenStream {
    let krate = runtime::path();
    let mcp = quote!(#krate::__private::mcp);
    let block = with(server, llm_call::measured);
    let ty = &server.block.self_ty;
    let (generics, _, wheres) = server.block.generics.split_for_impl();
    let cfgs: Vec<_> = attr::cfgs(&server.block.attrs).collect();

    let mut needs = vec![("has_mcp", "`#[mcp_server]`", "mcp")];
    needs.extend(server.calls.first().map(|_| ("has_llm", "`#[llm_call]`", "llm")));
    let exposed = llm_call::exposed(&server.calls);
    let component = component::component_impl(&Parts {
        block: &server.block,
        header: &server.header,
        docs: server.docs.as_ref(),
        checks: &server.checks,
        kind: quote!(McpServer),
        defaults: Defaults::of(&krate, quote!(FAMILIES), &["mcp"], !server.calls.is_empty()),
        needs,
        start: quote!(#exposed let _ = <Self as #krate::McpServer>::__ready();),
        own_check: None,
    });
    let descriptors = server.tools.iter().map(|tool| tool::descriptor(tool, &krate));
    let entries = server.tools.iter().map(|tool| tool::entry(tool, &krate));
    let names = names(server, &krate);
    let served = METHODS.iter().flat_map(|method| {
        let variant = method.variant();
        server.handlers(method).map(move |handler| {
            let cfgs = attr::cfgs(&handler.method.attrs);
            quote!(#(#cfgs)* __mcp::Method::#variant)
        })
    });
    let handler = handler(server, &mcp);
    // One static for all the types that a generic server may be is none.
    let linked = server.block.generics.params.is_empty().then(|| {
        quote! {
            #(#cfgs)*
            #krate::__private::inventory::submit!(#krate::__private::LinkedServer {
                name: <#ty as #krate::Component>::NAME,
                expose: || _ = <#ty as #krate::McpServer>::__metrics(),
            });
        }
    });
    quote! {
        #block

        #component

        #(#names)*

        #(#cfgs)*
        #[automatically_derived]
        impl #generics #krate::McpServer for #ty #wheres {
            const TOOLS: &'static [#krate::__private::ToolDescriptor] = &[#(#descriptors),*];

            fn __metrics() -> &'static #mcp::ServerMetrics {
                use #mcp as __mcp;
                static METRICS: ::std::sync::OnceLock<__mcp::ServerMetrics> = ::std::sync::OnceLock::new();
                ::std::sync::OnceLock::get_or_init(&METRICS, || __mcp::metrics_of::<Self>(&[#(#served),*]))
            }

            #[allow(deprecated, unused_mut, unused_variables, unreachable_code, clippy::all, clippy::pedantic)]
            fn __entries() -> &'static [#mcp::ToolEntry<Self>] {
                use #mcp as __mcp;
                #[allow(unused_imports)]
                use __mcp::{output::traits::*, params::traits::*, tool_error::traits::*};
                const { &[#(#entries),*] }
            }
        }

        #(#cfgs)*
        #handler

        #linked
    }
}

/// Checks of the tools' names that only the compiler knows.
fn names(server: &Server, krate: &TokenStream) -> Vec<TokenStream> {
    let conditions: Vec<_> = attr::cfgs(&server.block.attrs).collect();
    let computed = server.tools.iter().filter_map(|tool| match &tool.rename {
        Some(Text::Computed(name)) => Some((tool, name)),
        _ => None,
    });
    let checks = computed.map(|(tool, name)| {
        let (cfgs, span) = (tool.cfgs(), name.place());
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

/// The SDK's trait, every request of which is recorded.
fn handler(server: &Server, mcp: &TokenStream) -> TokenStream {
    let ty = &server.block.self_ty;
    let (generics, _, wheres) = server.block.generics.split_for_impl();
    let moved = server.handlers.iter().filter(|handler| is_moved(&handler.method.sig.ident)).map(|handler| {
        let mut method = handler.method.clone();
        method.vis = syn::Visibility::Inherited;
        method
    });
    let info = default(server.handlers_called("get_info")).map(|cfg| {
        let info = info(server, mcp);
        quote!(#cfg #info)
    });
    let requests = METHODS.iter().filter(|method| !method.is_of_tools()).flat_map(|method| {
        let own = server.handlers(method).map(|handler| {
            let cfgs = attr::cfgs(&handler.method.attrs);
            let method = methods::handler(method, Some(&arguments(handler)));
            quote!(#(#cfgs)* #method)
        });
        // The SDK answers a subscription by itself unless the server says what it accepts.
        let absent = (method.handler != "listen").then(|| default(server.handlers(method))).flatten();
        let absent = absent.map(|cfg| {
            let method = methods::handler(method, None);
            quote!(#cfg #method)
        });
        own.chain(absent).collect::<Vec<_>>()
    });
    let custom = server.handlers_called(CUSTOM).map(|handler| {
        let (cfgs, arguments) = (attr::cfgs(&handler.method.attrs), arguments(handler));
        let answer = quote! {
            let __call = #mcp::start_custom::<Self>(&__request, &__context);
            #mcp::Call::run(__call, Self::on_custom_request(self #(, #arguments)*)).await
        };
        on_custom(mcp, &quote!(#(#cfgs)*), &answer)
    });
    let no_custom = default(server.handlers_called(CUSTOM))
        .map(|cfg| on_custom(mcp, &cfg, &quote!(#mcp::call_custom(self, __request, __context).await)));
    quote! {
        #[automatically_derived]
        impl #generics #mcp::rmcp::ServerHandler for #ty #wheres {
            #info

            async fn call_tool(&self, __request: #mcp::sdk::CallToolRequestParams, __context: #mcp::sdk::Context) -> ::core::result::Result<#mcp::sdk::CallToolResponse, #mcp::sdk::ErrorData> {
                #mcp::call_tool(self, __request, __context).await
            }

            async fn list_tools(&self, _: #mcp::sdk::Page, __context: #mcp::sdk::Context) -> ::core::result::Result<#mcp::sdk::ListToolsResult, #mcp::sdk::ErrorData> {
                #mcp::list_tools::<Self>(__context).await
            }

            fn get_tool(&self, __name: &::core::primitive::str) -> ::core::option::Option<#mcp::rmcp::model::Tool> {
                #mcp::find_tool::<Self>(__name)
            }

            #(#requests)*

            #(#custom)*
            #no_custom

            #(#moved)*
        }
    }
}

/// What the server says of itself.
fn info(server: &Server, mcp: &TokenStream) -> TokenStream {
    let own = METHODS.iter().filter(|method| !method.is_of_tools()).flat_map(|method| {
        let capability = method.capability.map(|name| format_ident!("{name}"));
        server.handlers(method).filter_map(move |handler| {
            let (cfgs, capability) = (attr::cfgs(&handler.method.attrs), capability.as_ref()?);
            Some(quote!(#(#cfgs)* #mcp::Capability::#capability))
        })
    });
    let tools = server.tools.iter().map(|tool| {
        let cfgs = tool.cfgs();
        quote!(#(#cfgs)* #mcp::Capability::Tools)
    });
    let title = option(server.title.as_ref());
    let instructions = match (&server.instructions, &server.docs) {
        (Some(text), _) => quote!(#text),
        (None, Some(docs)) => docs.flowing(),
        (None, None) => quote!(""),
    };
    quote! {
        fn get_info(&self) -> #mcp::sdk::ServerConfig {
            #mcp::announced::<Self>(&[#(#tools,)* #(#own),*], #title, #instructions)
        }
    }
}

/// The handler of requests that the SDK does not know: the one request whose method the client names.
fn on_custom(mcp: &TokenStream, cfg: &TokenStream, answer: &TokenStream) -> TokenStream {
    quote! {
        #cfg
        #[allow(deprecated, unused_variables)]
        async fn on_custom_request(&self, __request: #mcp::sdk::CustomRequest, __context: #mcp::sdk::Context) -> ::core::result::Result<#mcp::sdk::CustomResult, #mcp::sdk::ErrorData> {
            #answer
        }
    }
}

/// Under which condition none of these handlers is there; nothing if one always is.
fn default<'a>(handlers: impl Iterator<Item = &'a Handler>) -> Option<TokenStream> {
    let conditions: Vec<TokenStream> = handlers.map(|handler| conjunction(&handler.method.attrs)).collect();
    if conditions.iter().any(TokenStream::is_empty) {
        return None;
    }
    Some(if conditions.is_empty() { TokenStream::new() } else { quote!(#[cfg(not(any(#(#conditions),*)))]) })
}

/// All conditions of an item as one, or nothing if it has none.
fn conjunction(attrs: &[Attribute]) -> TokenStream {
    let conditions: Vec<&TokenStream> = attr::cfgs(attrs)
        .filter_map(|attr| match &attr.meta {
            syn::Meta::List(list) => Some(&list.tokens),
            _ => None,
        })
        .collect();
    if conditions.is_empty() { TokenStream::new() } else { quote!(all(#(#conditions),*)) }
}

/// What a handler is called with: the request's parameters, its context, or both.
fn arguments(handler: &Handler) -> Vec<TokenStream> {
    handler.contexts.iter().map(|context| if *context { quote!(__context) } else { quote!(__request) }).collect()
}

fn is_moved(name: &Ident) -> bool {
    MOVED.iter().any(|moved| name == moved)
}

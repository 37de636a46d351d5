//! The SDK's trait `ServerHandler` in the generated code.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, FnArg, Ident, ReturnType, spanned::Spanned};

use super::{
    block::shared,
    parse::{Handler, Server},
    tool::option,
};
use crate::{
    attr,
    methods::{self, METHODS, Own},
    runtime,
};

/// The handler of requests that the SDK does not know.
pub(super) const CUSTOM: &str = "on_custom_request";

/// Other methods of the SDK's `ServerHandler`, which move there as they are.
pub(super) const MOVED: [&str; 10] = [
    "get_info",
    "get_tool",
    "negotiate_initialize",
    "supported_protocol_versions",
    "accepted_subscription_filter",
    "on_cancelled",
    "on_progress",
    "on_initialized",
    "on_roots_list_changed",
    "on_custom_notification",
];

/// The SDK's trait, every request of which is recorded.
pub(super) fn handler(server: &Server, mcp: &TokenStream) -> TokenStream {
    let ty = &server.own.block.self_ty;
    let shared = shared(&server.own.block);
    let (generics, _, wheres) = shared.split_for_impl();
    let moved = server.handlers.iter().filter(|handler| is_moved(&handler.method.sig.ident)).map(|handler| {
        let mut method = handler.method.clone();
        method.vis = syn::Visibility::Inherited;
        method
    });
    let defaults = defaults(server, mcp);
    let requests = METHODS.iter().filter(|method| !method.is_of_tools()).flat_map(|method| {
        let own = server.handlers(method).map(|handler| {
            let cfgs = attr::cfgs(&handler.method.attrs);
            let method = methods::handler(method, Some(&own(handler)));
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
        let (cfgs, own, params) = (attr::cfgs(&handler.method.attrs), own(handler), quote!(#mcp::sdk::CustomRequest));
        let (call, has_context) = (own.call(&handler.method.sig.ident, &params, mcp), own.has_context(&params, mcp));
        let answer = quote! {
            let __call = #mcp::Call::with_context(#mcp::start_custom::<Self>(&__request, &__context), #has_context);
            #mcp::Call::run(__call, #call).await
        };
        on_custom(mcp, &quote!(#(#cfgs)*), &answer)
    });
    let no_custom = default(server.handlers_called(CUSTOM)).map(|cfg| {
        let answer = methods::answer("CustomResult", mcp);
        quote! {
            #cfg
            #[allow(refining_impl_trait)]
            fn on_custom_request(&self, __request: #mcp::sdk::CustomRequest, __context: #mcp::sdk::Context) -> #answer {
                #mcp::call_custom(self, __request, __context)
            }
        }
    });
    let [call_tool, list_tools] = ["CallToolResponse", "ListToolsResult"].map(|result| methods::answer(result, mcp));
    quote! {
        #[automatically_derived]
        impl #generics #mcp::rmcp::ServerHandler for #ty #wheres {
            #defaults

            #[allow(refining_impl_trait)]
            fn call_tool(&self, __request: #mcp::sdk::CallToolRequestParams, __context: #mcp::sdk::Context) -> #call_tool {
                #mcp::call_tool(self, __request, __context)
            }

            #[allow(refining_impl_trait)]
            fn list_tools(&self, __request: #mcp::sdk::Page, __context: #mcp::sdk::Context) -> #list_tools {
                #mcp::list_tools(self, __request, __context)
            }

            #(#requests)*

            #(#custom)*
            #no_custom

            #(#moved)*
        }
    }
}

/// What the server answers of itself where its block does not.
fn defaults(server: &Server, mcp: &TokenStream) -> TokenStream {
    let krate = runtime::path();
    let info = default(server.handlers_called("get_info")).map(|cfg| {
        quote! {
            #cfg
            fn get_info(&self) -> #mcp::sdk::ServerConfig {
                #krate::McpServer::default_info(self)
            }
        }
    });
    let get_tool = default(server.handlers_called("get_tool")).map(|cfg| {
        quote! {
            #cfg
            fn get_tool(&self, __name: &::core::primitive::str) -> ::core::option::Option<#mcp::rmcp::model::Tool> {
                #mcp::find_tool::<Self>(__name)
            }
        }
    });
    // Who runs subscriptions, and says no filter, takes what is asked for.
    let is_heard = server.handlers_called("listen").next().is_some();
    let filter = is_heard.then(|| default(server.handlers_called("accepted_subscription_filter"))).flatten().map(|cfg| {
        quote! {
            #cfg
            fn accepted_subscription_filter(&self, __asked: &#mcp::sdk::SubscriptionFilter) -> ::core::option::Option<#mcp::sdk::SubscriptionFilter> {
                ::core::option::Option::Some(::core::clone::Clone::clone(__asked))
            }
        }
    });
    quote! {
        #info

        #filter

        #get_tool
    }
}

/// What the server says of itself unless it has a `get_info` of its own.
pub(super) fn info(server: &Server, mcp: &TokenStream) -> TokenStream {
    let own = METHODS.iter().flat_map(|method| {
        let capability = method.capability.map(|name| format_ident!("{name}"));
        server.handlers(method).filter_map(move |handler| {
            let (cfgs, capability) = (attr::cfgs(&handler.method.attrs), capability.as_ref()?);
            Some(quote!(#(#cfgs)* #mcp::Capability::#capability))
        })
    });
    let title = option(server.title.as_ref());
    let instructions = match (&server.instructions, &server.docs) {
        (Some(text), _) => quote!(#text),
        (None, Some(docs)) => docs.flowing(),
        (None, None) => quote!(""),
    };
    quote! {
        fn default_info(&self) -> #mcp::sdk::ServerConfig {
            #mcp::announced(self, &[#(#own),*], #title, #instructions)
        }
    }
}

/// The handlers of requests about tools.
pub(super) fn of_tools(server: &Server, mcp: &TokenStream) -> TokenStream {
    let handlers = METHODS.iter().filter(|method| method.is_of_tools()).flat_map(|method| {
        server.handlers(method).map(move |handler| {
            let cfgs = attr::cfgs(&handler.method.attrs);
            let method = methods::handler_of_tools(method, &own(handler), mcp);
            quote!(#(#cfgs)* #method)
        })
    });
    quote!(#(#handlers)*)
}

fn own(handler: &Handler) -> Own<'_> {
    let result = match &handler.method.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => handler.method.sig.ident.span(),
    };
    let params = handler.method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(param) => Some(&*param.ty),
        FnArg::Receiver(_) => None,
    });
    Own { params: params.collect(), result }
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

pub(super) fn is_moved(name: &Ident) -> bool {
    MOVED.iter().any(|moved| name == moved)
}

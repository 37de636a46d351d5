use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Expr, ExprLit, Ident, ImplItem, ImplItemFn, Lit, ReturnType, Type, spanned::Spanned};

use super::parse::{Argument, Default, Handler, Param, Server, Tool};
use crate::{
    component::{self, Defaults, Parts},
    llm_call::{self, LlmCall},
    methods::{self, METHODS, Method},
    runtime, signature,
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
    let cfgs: Vec<_> = server.block.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();

    let mut needs = vec![("has_mcp", "`#[mcp_server]`", "mcp")];
    needs.extend(server.calls.first().map(|_| ("has_llm", "`#[llm_call]`", "llm")));
    let exposed = llm_call::exposed(&server.calls);
    let component = component::component_impl(&Parts {
        block: &server.block,
        header: &server.header,
        description: server.description.as_deref(),
        checks: &server.checks,
        kind: quote!(McpServer),
        defaults: Defaults::of(&krate, quote!(FAMILIES), &["mcp"], !server.calls.is_empty()),
        needs,
        start: quote!(#exposed let _ = <Self as #krate::McpServer>::__ready();),
        own_check: None,
    });
    let descriptors = server.tools.iter().map(|tool| {
        let (name, description) = (&tool.name, tool.description.as_deref().unwrap_or_default());
        quote!(#krate::__private::ToolDescriptor { name: #name, description: #description })
    });
    let tools = server.tools.iter().map(|tool| self::tool(tool, &mcp));
    let calls = server.tools.iter().enumerate().map(|(index, tool)| call(index, tool));
    let timeouts = server.tools.iter().enumerate().filter_map(|(index, tool)| {
        let nanos = u64::try_from(tool.timeout?.as_nanos()).unwrap_or(u64::MAX);
        Some(quote!(#index => ::core::option::Option::Some(::core::time::Duration::from_nanos(#nanos)),))
    });
    let served = METHODS.iter().filter(|method| server.handler(method).is_some()).map(Method::variant);
    let handler = handler(server, &mcp);
    quote! {
        #block

        #component

        #(#cfgs)*
        #[automatically_derived]
        impl #generics #krate::McpServer for #ty #wheres {
            const TOOLS: &'static [#krate::__private::ToolDescriptor] = &[#(#descriptors),*];

            fn __metrics() -> &'static #mcp::ServerMetrics {
                static METRICS: ::std::sync::OnceLock<#mcp::ServerMetrics> = ::std::sync::OnceLock::new();
                METRICS.get_or_init(|| {
                    let tools = Self::TOOLS.iter().map(|tool| tool.name);
                    #mcp::ServerMetrics::new(
                        <Self as #krate::Component>::NAME, <Self as #krate::Component>::FAMILIES, tools, &[#(#mcp::Method::#served),*],
                    )
                })
            }

            #[allow(clippy::all, clippy::pedantic)]
            fn __tools() -> ::std::vec::Vec<#mcp::rmcp::model::Tool> {
                #[allow(unused_imports)]
                use #mcp::output::*;
                ::std::vec![#(#tools),*]
            }

            fn __timeout(tool: usize) -> ::core::option::Option<::core::time::Duration> {
                match tool {
                    #(#timeouts)*
                    _ => ::core::option::Option::None,
                }
            }

            #[allow(unused_mut, unused_variables, clippy::all, clippy::pedantic)]
            fn __call<'__a>(&'__a self, tool: usize, mut arguments: #mcp::Arguments, context: &'__a #mcp::sdk::Context) -> #mcp::ToolFuture<'__a> {
                #[allow(unused_imports)]
                use #mcp::output::*;
                match tool {
                    #(#calls)*
                    _ => ::core::unreachable!("the library passes the place of a tool"),
                }
            }
        }

        #(#cfgs)*
        #handler
    }
}

/// The description of a tool, for `tools/list`.
fn tool(tool: &Tool, mcp: &TokenStream) -> TokenStream {
    let (name, description) = (&tool.name, tool.description.as_deref().unwrap_or_default());
    let schema = tool.params.iter().find_map(|param| match param {
        Param::All(ty) => Some(quote_spanned!(ty.span()=> #mcp::InputSchema::of::<#ty>(#name))),
        Param::Object => Some(quote!(#mcp::InputSchema::any())),
        _ => None,
    });
    let schema = schema.unwrap_or_else(|| {
        let properties = tool.params.iter().filter_map(property);
        quote!(#mcp::InputSchema::default()#(#properties)*.build())
    });
    let output = match &tool.method.sig.output {
        ReturnType::Type(_, ty) if !signature::has_impl(ty) => {
            let ty = signature::without_lifetimes(ty);
            quote!({
                let tag = ReturnType::<#ty>::new().value();
                (&&&&tag).pick().schema(tag)
            })
        }
        _ => quote!(::core::option::Option::None),
    };
    let title = option(tool.title.as_ref());
    let hints = tool.hints.iter().map(|(_, hint)| option(hint.as_ref()));
    quote!(#mcp::describe(#name, #description, #title, [#(#hints),*], #schema, #output))
}

fn property(param: &Param) -> Option<TokenStream> {
    let Param::Argument(argument) = param else { return None };
    let Argument { name, ty, description, default, .. } = &**argument;
    Some(match default {
        None if signature::is(ty, "Option") => {
            quote_spanned!(ty.span()=> .optional::<#ty>(#name, #description, ::core::option::Option::None))
        }
        None => quote_spanned!(ty.span()=> .required::<#ty>(#name, #description)),
        Some(default) => {
            let value = default_value(default, ty);
            quote_spanned!(ty.span()=> .optional::<#ty>(#name, #description, { let shown = Shown::<#ty>(#value); (&&shown).show() }))
        }
    })
}

/// The arm that calls a tool.
fn call(index: usize, tool: &Tool) -> TokenStream {
    let method = &tool.method.sig.ident;
    let span = method.span();
    let mut takes = Vec::new();
    let mut values = Vec::new();
    let mut known = Vec::new();
    let mut by_name = true;
    for (position, param) in tool.params.iter().enumerate() {
        let value = format_ident!("__argument_{position}", span = Span::call_site());
        let take = match param {
            Param::Argument(argument) => {
                let Argument { name, ty, default, .. } = &**argument;
                known.push(name);
                match default {
                    None => quote_spanned!(ty.span()=> arguments.take::<#ty>(#name)?),
                    Some(default) => {
                        let default = default_value(default, ty);
                        quote_spanned!(ty.span()=> arguments.take_or::<#ty>(#name, || #default)?)
                    }
                }
            }
            Param::All(ty) => {
                by_name = false;
                quote_spanned!(ty.span()=> arguments.all::<#ty>()?)
            }
            Param::Object => {
                by_name = false;
                quote!(arguments.object())
            }
            Param::Context("RequestContext") => quote!(::core::clone::Clone::clone(context)),
            Param::Context("CancellationToken") => quote!(::core::clone::Clone::clone(&context.ct)),
            Param::Context("Peer") => quote!(::core::clone::Clone::clone(&context.peer)),
            Param::Context(_) => quote!(arguments.request()),
            Param::Unknown(_) => continue,
        };
        takes.push(quote!(let #value = #take;));
        values.push(value);
    }
    let finish = by_name.then(|| quote!(arguments.finish(&[#(#known),*])?;));
    let (ok, err) = signature::result_spans(&tool.method.sig.output, span);
    let success = quote_spanned!(ok=> (&&&&tag).pick().result(value));
    let failure = quote_spanned!(err=> (&&tag).pick_error().result(error));
    let wait = tool.method.sig.asyncness.map(|_| quote_spanned!(span=> .await));
    quote_spanned! {span=>
        #index => ::std::boxed::Box::pin(async move {
            #(#takes)*
            #finish
            match Returned(self.#method(#(#values),*)#wait).split() {
                ::core::result::Result::Ok(value) => {
                    let tag = Tag::of(&value);
                    #success
                }
                ::core::result::Result::Err(error) => {
                    let tag = Tag::of(&error);
                    #failure
                }
            }
        }),
    }
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
    let info = (!server.handlers.iter().any(|handler| handler.method.sig.ident == "get_info")).then(|| {
        let announced = |method: &&Method| match method.is_of_tools() {
            true => !server.tools.is_empty(),
            false => server.handler(method).is_some(),
        };
        let capabilities = METHODS.iter().filter(announced).filter_map(|method| method.capability);
        let mut known = std::collections::HashSet::new();
        let capabilities = capabilities.filter(|name| known.insert(*name)).map(|name| format_ident!("{name}"));
        let title = option(server.title.as_ref());
        let instructions = match &server.instructions {
            Some(text) => text.value(),
            None => server.description.clone().unwrap_or_default(),
        };
        quote! {
            fn get_info(&self) -> #mcp::sdk::ServerConfig {
                #mcp::announced::<Self>(&[#(#mcp::Capability::#capabilities),*], #title, #instructions)
            }
        }
    });
    let requests = METHODS.iter().filter(|method| !method.is_of_tools()).filter_map(|method| {
        let arguments = server.handler(method).map(arguments);
        // The SDK answers a subscription by itself unless the server says what it accepts.
        (method.handler != "listen" || arguments.is_some()).then(|| methods::handler(method, arguments.as_deref()))
    });
    let custom = match server.handlers.iter().find(|handler| handler.method.sig.ident == CUSTOM) {
        None => quote!(#mcp::call_custom(self, request, context).await),
        Some(handler) => {
            let arguments = arguments(handler);
            quote! {
                let call = #mcp::start_custom::<Self>(&request, &context);
                call.run(Self::on_custom_request(self #(, #arguments)*)).await
            }
        }
    };
    quote! {
        #[automatically_derived]
        impl #generics #mcp::rmcp::ServerHandler for #ty #wheres {
            #info

            async fn call_tool(&self, request: #mcp::sdk::CallToolRequestParams, context: #mcp::sdk::Context) -> ::core::result::Result<#mcp::sdk::CallToolResponse, #mcp::sdk::ErrorData> {
                #mcp::call_tool(self, request, context).await
            }

            async fn list_tools(&self, _: #mcp::sdk::Page, context: #mcp::sdk::Context) -> ::core::result::Result<#mcp::sdk::ListToolsResult, #mcp::sdk::ErrorData> {
                #mcp::list_tools::<Self>(context).await
            }

            fn get_tool(&self, name: &str) -> ::core::option::Option<#mcp::rmcp::model::Tool> {
                #mcp::find_tool::<Self>(name)
            }

            #(#requests)*

            // The one request whose method the client names.
            #[allow(unused_variables)]
            async fn on_custom_request(&self, request: #mcp::sdk::CustomRequest, context: #mcp::sdk::Context) -> ::core::result::Result<#mcp::sdk::CustomResult, #mcp::sdk::ErrorData> {
                #custom
            }

            #(#moved)*
        }
    }
}

/// What a handler is called with: the request's parameters, its context, or both.
fn arguments(handler: &Handler) -> Vec<TokenStream> {
    handler.contexts.iter().map(|context| if *context { quote!(context) } else { quote!(request) }).collect()
}

fn is_moved(name: &Ident) -> bool {
    MOVED.iter().any(|moved| name == moved)
}

fn default_value(default: &Default, ty: &Type) -> TokenStream {
    match default {
        Default::Trait => quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default()),
        // A text stands for every type that can be made of one.
        Default::Value(value @ Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) => {
            quote_spanned!(value.span()=> ::core::convert::Into::<#ty>::into(#value))
        }
        Default::Value(value) => quote!(#value),
    }
}

fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

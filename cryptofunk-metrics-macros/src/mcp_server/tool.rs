//! What stands for a tool in the generated code: its description, and how it is called.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Expr, ReturnType, Type};

use super::parse::{Default, Param, Tool};
use crate::{attr::literal, place::Place, signature};

/// The entry of a tool in the table of its block.
pub(super) fn entry(tool: &Tool, krate: &TokenStream) -> TokenStream {
    let cfgs = tool.cfgs();
    let timeout = option(tool.timeout.as_ref().map(|time| time.value(krate)));
    let (describe, call) = (describe(tool), call(tool));
    quote! {
        #(#cfgs)*
        __mcp::ToolEntry {
            info: __mcp::ToolInfo { timeout: || #timeout, describe: || #describe },
            call: |mut __arguments| #call,
        }
    }
}

/// What is known of a tool without running anything.
pub(super) fn descriptor(tool: &Tool, krate: &TokenStream) -> TokenStream {
    let (cfgs, name) = (tool.cfgs(), tool.name());
    let description = tool.description.clone().unwrap_or_else(|| quote!(""));
    quote!(#(#cfgs)* #krate::__private::ToolDescriptor { name: #name, description: #description })
}

/// The description of a tool, for `tools/list`.
fn describe(tool: &Tool) -> TokenStream {
    let name = tool.name();
    let description = tool.description.clone().unwrap_or_else(|| quote!(""));
    let title = option(tool.title.as_ref());
    let hints = tool.hints.iter().map(|(_, hint)| option(hint.as_ref()));
    let properties = tool.params.iter().map(property);
    let output = match &tool.method.sig.output {
        ReturnType::Type(_, ty) if !signature::has_impl(ty) => {
            let ty = signature::without_lifetimes(ty);
            quote!({
                let __tag = __mcp::output::ReturnType::<#ty>::new().__value();
                (&&&&&__tag).__pick().__schema(__tag)
            })
        }
        _ => quote!(::core::option::Option::None),
    };
    quote!({
        let mut __schema = __mcp::InputSchema::of(#name);
        #(#properties)*
        __mcp::describe(#name, #description, #title, [#(#hints),*], __schema.build(), #output)
    })
}

fn property(param: &Param) -> TokenStream {
    let Param { ty, docs, default, cfgs, .. } = param;
    let name = name(param);
    let description = docs.as_ref().map_or_else(|| quote!(""), |docs| docs.flowing());
    let default = match default {
        None => quote!(::core::option::Option::None),
        Some(default) => {
            let value = default_value(default, ty);
            quote!(::core::option::Option::Some({
                let __shown = __mcp::output::Shown::<#ty>(#value);
                (&&__shown).__show()
            }))
        }
    };
    let span = ty.place();
    quote_spanned! {span=>
        #(#cfgs)*
        {
            let __param = __mcp::Param::<Self, #ty>::new();
            (&&&__param).__kind().__describe(__param, &mut __schema, #name, #description, #default);
        }
    }
}

/// The future of a call.
fn call(tool: &Tool) -> TokenStream {
    let method = &tool.method.sig.ident;
    let span = method.place();
    let (mut takes, mut values) = (Vec::new(), Vec::new());
    for (position, param) in tool.params.iter().enumerate() {
        let Param { ty, default, cfgs, .. } = param;
        let name = name(param);
        let value = format_ident!("__argument_{position}", span = Span::call_site());
        let span = ty.place();
        let take = match default {
            None => quote_spanned!(span=> (&&&__param).__kind().__take(__param, &mut __arguments, #name)?),
            Some(default) => {
                let default = default_value(default, ty);
                quote_spanned!(span=> (&&&__param).__kind().__take_or(__param, &mut __arguments, #name, || #default)?)
            }
        };
        takes.push(quote_spanned! {span=>
            #(#cfgs)*
            let #value: #ty = {
                let __param = __mcp::Param::<Self, #ty>::new();
                #take
            };
        });
        values.push(quote!(#(#cfgs)* #value));
    }
    let (ok, err) = signature::result_spans(&tool.method.sig.output, span);
    let success = quote_spanned!(ok=> (&&&&&__tag).__pick().__result(__value));
    let failure = quote_spanned!(err=> (&&&&__tag).__pick_error().__result(__error));
    let wait = tool.method.sig.asyncness.map(|_| quote_spanned!(span=> .await));
    quote_spanned! {span=>
        ::std::boxed::Box::pin(async move {
            #(#takes)*
            __mcp::Arguments::finish(&__arguments)?;
            match __mcp::output::Returned(Self::#method(__mcp::Arguments::server(&__arguments) #(, #values)*)#wait).__split() {
                ::core::result::Result::Ok(__value) => {
                    let __tag = __mcp::output::Tag::of(&__value);
                    #success
                }
                ::core::result::Result::Err(__error) => {
                    let __tag = __mcp::output::Tag::of(&__error);
                    #failure
                }
            }
        })
    }
}

/// The name of an argument; a parameter that a pattern takes apart has none.
fn name(param: &Param) -> TokenStream {
    match &param.name {
        Some(name) => quote!(#name),
        None => quote!(__mcp::Unnamed),
    }
}

fn default_value(default: &Default, ty: &Type) -> TokenStream {
    match default {
        Default::Trait => quote_spanned!(ty.place()=> <#ty as ::core::default::Default>::default()),
        // A text stands for every type that can be made of one.
        Default::Value(value) if literal(value).is_some() => text(value, ty),
        Default::Value(value) => quote!(#value),
    }
}

fn text(value: &Expr, ty: &Type) -> TokenStream {
    quote_spanned!(value.place()=> ::core::convert::Into::<#ty>::into(#value))
}

pub(super) fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

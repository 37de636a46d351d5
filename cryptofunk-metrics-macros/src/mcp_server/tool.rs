//! What stands for a tool in the generated code: its description, and how it is called.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Ident, ReturnType, Type, spanned::Spanned};

use super::{
    default::default_value,
    fields::Fields,
    parse::{Default, Param, Tool, Tools},
    plain,
};
use crate::{
    attr,
    local::{local, local_at},
    signature,
};

/// The entry of a tool in the table of its block.
///
/// The names are those of the block's parameters, and `Self`.
pub(super) fn entry(tool: &Tool, names: &[String], krate: &TokenStream) -> TokenStream {
    let cfgs = tool.cfgs();
    let timeout = option(tool.timeout.as_ref().map(|time| {
        let time = time.value(krate);
        quote!(|| #time)
    }));
    let fields = Fields::of(tool, names);
    let (describe, call) = (describe(tool, fields.as_ref()), call(tool, fields.as_ref()));
    let entry = quote! {
        __mcp::ToolEntry {
            info: __mcp::ToolInfo { timeout: #timeout, describe: || #describe },
            call: |mut __arguments| #call,
        }
    };
    match fields.map(|fields| fields.items(krate)) {
        Some(items) => quote!(#(#cfgs)* { #items #entry }),
        None => quote!(#(#cfgs)* #entry),
    }
}

/// What is known of a tool without running anything.
pub(super) fn descriptor(tool: &Tool, krate: &TokenStream) -> TokenStream {
    let (cfgs, name) = (tool.cfgs(), tool.name());
    let description = tool.description.clone().unwrap_or_else(|| quote!(""));
    let objective = tool.objective.as_ref().map(|objective| {
        let objective = objective.value(krate);
        quote!(.with_objective(#objective))
    });
    quote!(#(#cfgs)* #krate::__private::ToolDescriptor::new(#name, #description) #objective)
}

/// The description of a tool, for `tools/list`.
fn describe(tool: &Tool, fields: Option<&Fields<'_>>) -> TokenStream {
    let name = tool.name();
    let description = tool.description.clone().unwrap_or_else(|| quote!(""));
    let schema = local("__schema").into_token_stream();
    let properties = plain::pieces(tool).into_iter().filter_map(|piece| match *piece {
        [(_, param)] => param.field.is_empty().then(|| property(param)),
        _ => Some(plain::describe(&piece, &schema)),
    });
    let fields = fields.map(Fields::describe);
    let output = match &tool.method.sig.output {
        ReturnType::Type(_, ty) if !signature::has_impl(ty) => {
            let ty = signature::without_lifetimes(ty);
            quote!({
                let __tag = __mcp::output::ReturnType::<#ty>::new().__value();
                (&&&&__tag).__pick().__schema(__tag)
            })
        }
        _ => quote!(::core::option::Option::None),
    };
    let described = quote!(__mcp::describe::tool(#name, #description, __schema.build(), #output));
    let extended = extended(tool, described);
    quote!({
        let mut __schema = __mcp::InputSchema::of(#name);
        #(#properties)*
        #fields
        #extended
    })
}

/// The description with title, hints, icons and `_meta`, if the tool has any.
fn extended(tool: &Tool, described: TokenStream) -> TokenStream {
    let Tool { icons, meta, title, hints, .. } = tool;
    let it = local("__tool");
    let some = quote!(::core::option::Option::Some);
    let title = title.as_ref().map(|title| quote_spanned!(title.span()=> __mcp::describe::entitle(&mut #it, #title);));
    let hints = hints.iter().any(|(_, hint)| hint.is_some()).then(|| {
        let hints = hints.iter().map(|(_, hint)| option(hint.as_ref()));
        quote!(__mcp::describe::hint(&mut #it, [#(#hints),*]);)
    });
    let icons = icons.as_ref().map(|icons| quote_spanned!(icons.span()=> #it.icons = #some(#icons);));
    let meta = meta.as_ref().map(|meta| quote_spanned!(meta.span()=> #it.meta = #some(#meta);));
    let extensions: Vec<_> = [title, hints, icons, meta].into_iter().flatten().collect();
    if extensions.is_empty() { described } else { quote!({ let mut #it = #described; #(#extensions)* #it }) }
}

/// Checks that no tool takes all arguments at once and others beside: a check of types, so the compiler does it. In a generic block, and for
/// types that name `Self`, it is done when the server starts.
pub(super) fn whole(block: &Tools, krate: &TokenStream) -> TokenStream {
    let mcp = quote!(#krate::__private::mcp);
    let server = &block.block.self_ty;
    let conditions: Vec<_> = attr::cfgs(&block.block.attrs).collect();
    let is_generic = !block.block.generics.params.is_empty();
    let names_self = |tool: &Tool| tool.params.iter().any(|param| signature::mentions(&param.ty, &["Self".to_owned()]));
    let tools = block.tools.iter().filter(|tool| !is_generic && tool.params.len() > 1 && !names_self(tool));
    let checks = tools.filter(|tool| tool.params.iter().any(|param| !signature::is_common(&param.ty))).map(|tool| {
        let (cfgs, span) = (tool.cfgs(), tool.method.sig.ident.span());
        let (all, one) = (local("__all"), local("__one"));
        let params = tool.params.iter().map(|Param { ty, cfgs, .. }| {
            quote! {
                #(#cfgs)*
                {
                    #all |= __mcp::params::IsParameters::<#ty>::YES;
                    #one |= !__mcp::params::IsOurs::<#ty>::YES && !__mcp::params::IsSdk::<#server, #ty>::YES;
                }
            }
        });
        let message = "`Parameters<T>` takes all arguments at once; put these into the struct, or make each a parameter of its own";
        quote_spanned! {span=>
            #(#conditions)* #(#cfgs)*
            const _: () = {
                use #mcp as __mcp;
                #[allow(unused_imports)]
                use __mcp::params::traits::*;
                let (mut #all, mut #one) = (false, false);
                #(#params)*
                ::core::assert!(!(#all && #one), #message);
            };
        }
    });
    quote!(#(#checks)*)
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
    let (span, schema) = (ty.span(), local("__schema"));
    // The compiler need not find out what the name tells.
    if param.name.is_some() && signature::is_common(ty) {
        return quote_spanned! {span=>
            #(#cfgs)*
            __mcp::InputSchema::argument::<#ty>(&mut #schema, #name, #description, #default);
        };
    }
    let parameter = local_at("__parameter", span);
    quote_spanned! {span=>
        #(#cfgs)*
        {
            let #parameter = __mcp::Param::<Self, #ty>::new();
            (&&&#parameter).__kind().__describe(#parameter, &mut #schema, #name, #description, #default);
        }
    }
}

/// The future of a call.
fn call(tool: &Tool, fields: Option<&Fields<'_>>) -> TokenStream {
    let method = &tool.method.sig.ident;
    let span = method.span();
    let (ok, err) = signature::result_spans(&tool.method.sig.output, span);
    let [arguments, server] = ["__arguments", "__server"].map(local);
    let [tag, value] = ["__tag", "__value"].map(|name| local_at(name, ok));
    let [error_tag, error] = ["__tag", "__error"].map(|name| local_at(name, err));
    let (mut takes, mut values) = (Vec::new(), Vec::new());
    for piece in plain::pieces(tool) {
        let [(position, param)] = *piece else {
            let variables: Vec<_> = piece.iter().map(|(position, _)| argument(*position).into_token_stream()).collect();
            takes.push(plain::take(&piece, &variables, &arguments.to_token_stream()));
            values.extend(variables);
            continue;
        };
        let Param { ty, default, cfgs, .. } = param;
        let name = name(param);
        if let Some(value) = fields.and_then(|fields| fields.value(param)) {
            values.push(quote!(#(#cfgs)* #value));
            continue;
        }
        let argument = argument(position);
        let span = ty.span();
        let (start, take) = if param.name.is_some() && signature::is_common(ty) {
            (None, of_arguments(ty, &name, default.as_ref(), &arguments))
        } else {
            let parameter = local_at("__parameter", span);
            let start = quote_spanned!(span=> let #parameter = __mcp::Param::<Self, #ty>::new(););
            (Some(start), of_kind(ty, &name, default.as_ref(), &arguments, &parameter))
        };
        takes.push(quote_spanned! {span=>
            #(#cfgs)*
            let #argument: #ty = {
                #start
                #take
            };
        });
        values.push(quote!(#(#cfgs)* #argument));
    }
    let taken = fields.map(|fields| fields.take(&arguments));
    let success = quote_spanned!(ok=> (&&&&#tag).__pick().__result(#value));
    let failure = quote_spanned!(err=> (&&&&#error_tag).__pick_error().__result(#error));
    let wait = tool.method.sig.asyncness.map(|_| quote_spanned!(span=> .await));
    quote_spanned! {span=>
        ::std::boxed::Box::pin(async move {
            #(#takes)*
            #taken
            let #server = __mcp::Arguments::finish(&#arguments)?;
            match __mcp::output::Returned(Self::#method(#server #(, #values)*)#wait).__split() {
                ::core::result::Result::Ok(#value) => {
                    let #tag = __mcp::tag::Tag::of(&#value);
                    #success
                }
                ::core::result::Result::Err(#error) => {
                    let #error_tag = __mcp::tag::Tag::of(&#error);
                    #failure
                }
            }
        })
    }
}

fn argument(position: usize) -> Ident {
    local(&format!("__argument_{position}"))
}

/// Takes an argument whose type says that it is one.
fn of_arguments(ty: &Type, name: &TokenStream, default: Option<&Default>, arguments: &Ident) -> TokenStream {
    match default {
        None => quote_spanned!(ty.span()=> __mcp::Arguments::take::<#ty>(&mut #arguments, #name)?),
        Some(default) => {
            let default = default_value(default, ty);
            quote_spanned!(ty.span()=> __mcp::Arguments::take_or::<#ty>(&mut #arguments, #name, || #default)?)
        }
    }
}

/// Takes what the parameter's type is.
fn of_kind(
    ty: &Type,
    name: &TokenStream,
    default: Option<&Default>,
    arguments: &Ident,
    parameter: &Ident,
) -> TokenStream {
    match default {
        None => quote_spanned!(ty.span()=> (&&&#parameter).__kind().__take(#parameter, &mut #arguments, #name)?),
        Some(default) => {
            let default = default_value(default, ty);
            quote_spanned!(ty.span()=> (&&&#parameter).__kind().__take_or(#parameter, &mut #arguments, #name, || #default)?)
        }
    }
}

/// The name of an argument; a parameter that a pattern takes apart has none.
fn name(param: &Param) -> TokenStream {
    match &param.name {
        Some(name) => quote!(#name),
        None => {
            let span = param.arg.span();
            quote_spanned!(span=> __mcp::Unnamed)
        }
    }
}

pub(super) fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

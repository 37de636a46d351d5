//! Arguments with attributes of serde or schemars: a struct has them as its fields, so that the attributes do what they say.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, FnArg, Ident, Pat};

use super::{
    default::default_value,
    parse::{Param, Tool},
};
use crate::signature;

/// The fields of a tool, which are parameters of it.
pub(super) struct Fields<'a> {
    fields: Vec<&'a Param>,
    /// For each, whether its type names a parameter of the block, or `Self`; then it is a parameter of the struct.
    are_generic: Vec<bool>,
}

impl<'a> Fields<'a> {
    /// Of a tool in a block with these names; nothing if no argument has such an attribute.
    pub(super) fn of(tool: &'a Tool, names: &[String]) -> Option<Self> {
        let fields: Vec<&Param> = tool.params.iter().filter(|param| !param.field.is_empty()).collect();
        let are_generic = fields.iter().map(|param| signature::mentions(&param.ty, names)).collect();
        (!fields.is_empty()).then_some(Fields { fields, are_generic })
    }

    /// The struct, and the functions that make its defaults.
    pub(super) fn items(&self, krate: &TokenStream) -> TokenStream {
        let serde = quote!(#krate::__private::mcp::serde);
        let schemars = quote!(#krate::__private::mcp::schemars);
        let (serde_path, schemars_path) = (path(&serde), path(&schemars));
        let fields = self.fields.iter().enumerate().map(|(position, param)| {
            let Param { ty, docs, default, cfgs, field, .. } = param;
            let ty = if self.are_generic[position] { parameter(position).to_token_stream() } else { quote!(#ty) };
            let doc = docs.as_ref().map(|docs| docs.flowing()).map(|text| quote!(#[doc = #text]));
            let default = default.as_ref().map(|_| {
                let function = function(position).to_string();
                quote!(#[serde(default = #function)])
            });
            let name = name(param);
            quote!(#(#cfgs)* #doc #default #(#field)* #name: #ty)
        });
        let defaults = self.fields.iter().enumerate().filter_map(|(position, Param { ty, default, cfgs, .. })| {
            let (function, value) = (function(position), default_value(default.as_ref()?, ty));
            Some(quote!(#(#cfgs)* fn #function() -> #ty { #value }))
        });
        let parameters = self.generic().map(|position| {
            let (name, attrs) = (parameter(position), &self.fields[position].field);
            let bound = mentions(attrs, &["default", "skip"]).then(|| quote!(: ::core::default::Default));
            quote!(#name #bound)
        });
        // What a flattened field does not know, no field does.
        let deny = (!self.fields.iter().any(|param| mentions(&param.field, &["flatten"])))
            .then(|| quote!(#[serde(deny_unknown_fields)]));
        quote! {
            #[derive(#serde::Deserialize, #schemars::JsonSchema)]
            #[serde(crate = #serde_path)]
            #[schemars(crate = #schemars_path)]
            #deny
            struct __Fields<#(#parameters),*> { #(#fields),* }
            #(#defaults)*
        }
    }

    /// The positions of those that are parameters of the struct.
    fn generic(&self) -> impl Iterator<Item = usize> {
        self.are_generic.iter().enumerate().filter(|(_, is_generic)| **is_generic).map(|(position, _)| position)
    }

    /// The type of the struct.
    fn ty(&self) -> TokenStream {
        let types = self.generic().map(|position| &self.fields[position].ty);
        quote!(__Fields<#(#types),*>)
    }

    /// Adds the fields to the schema.
    pub(super) fn describe(&self) -> TokenStream {
        let ty = self.ty();
        quote!(__mcp::InputSchema::fields::<#ty>(&mut __schema);)
    }

    /// Takes what the other arguments have left.
    pub(super) fn take(&self, arguments: &Ident) -> TokenStream {
        let ty = self.ty();
        quote!(let __fields = __mcp::Arguments::fields::<#ty>(&mut #arguments)?;)
    }

    /// The value of a field, if the parameter is one.
    pub(super) fn value(&self, param: &Param) -> Option<TokenStream> {
        let name = name(self.fields.iter().find(|field| std::ptr::eq(**field, param))?)?;
        Some(quote!(__fields.#name))
    }
}

fn parameter(position: usize) -> Ident {
    format_ident!("__Field{position}")
}

fn function(position: usize) -> Ident {
    format_ident!("__default_{position}")
}

/// The parameter's name, as it was written.
fn name(param: &Param) -> Option<&Ident> {
    match &param.arg {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pat) => Some(&pat.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

/// Whether attributes say one of these words.
fn mentions(attrs: &[Attribute], words: &[&str]) -> bool {
    attrs.iter().map(|attr| quote!(#attr).to_string()).any(|attr| words.iter().any(|word| attr.contains(word)))
}

fn path(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "")
}

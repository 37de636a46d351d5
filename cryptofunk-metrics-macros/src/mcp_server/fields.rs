//! Arguments with attributes of serde or schemars: a struct has them as its fields, so that the attributes do what they say.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, FnArg, Ident, Pat};

use super::{
    default::default_value,
    parse::{Param, Tool},
};

/// The fields of a tool, which are parameters of it.
pub(super) struct Fields<'a>(Vec<&'a Param>);

impl<'a> Fields<'a> {
    /// Of a tool; nothing if no argument has such an attribute.
    pub(super) fn of(tool: &'a Tool) -> Option<Self> {
        let fields: Vec<&Param> = tool.params.iter().filter(|param| !param.field.is_empty()).collect();
        (!fields.is_empty()).then_some(Fields(fields))
    }

    /// The struct, and the functions that make its defaults.
    pub(super) fn items(&self, krate: &TokenStream) -> TokenStream {
        let serde = quote!(#krate::__private::mcp::serde);
        let schemars = quote!(#krate::__private::mcp::schemars);
        let (serde_path, schemars_path) = (path(&serde), path(&schemars));
        let fields = self.0.iter().enumerate().map(|(position, param)| {
            let Param { ty, docs, default, cfgs, field, .. } = param;
            let doc = docs.as_ref().map(|docs| docs.flowing()).map(|text| quote!(#[doc = #text]));
            let default = default.as_ref().map(|_| {
                let function = function(position).to_string();
                quote!(#[serde(default = #function)])
            });
            let name = name(param);
            quote!(#(#cfgs)* #doc #default #(#field)* #name: #ty)
        });
        let defaults = self.0.iter().enumerate().filter_map(|(position, Param { ty, default, cfgs, .. })| {
            let (function, value) = (function(position), default_value(default.as_ref()?, ty));
            Some(quote!(#(#cfgs)* fn #function() -> #ty { #value }))
        });
        // What a flattened field does not know, no field does.
        let deny =
            (!self.0.iter().any(|param| is_flattened(&param.field))).then(|| quote!(#[serde(deny_unknown_fields)]));
        quote! {
            #[derive(#serde::Deserialize, #schemars::JsonSchema)]
            #[serde(crate = #serde_path)]
            #[schemars(crate = #schemars_path)]
            #deny
            struct __Fields { #(#fields),* }
            #(#defaults)*
        }
    }

    /// Adds the fields to the schema.
    pub(super) fn describe(&self) -> TokenStream {
        quote!(__mcp::InputSchema::fields::<__Fields>(&mut __schema);)
    }

    /// Takes what the other arguments have left.
    pub(super) fn take(&self, arguments: &Ident) -> TokenStream {
        quote!(let __fields = __mcp::Arguments::fields::<__Fields>(&mut #arguments)?;)
    }

    /// The value of a field, if the parameter is one.
    pub(super) fn value(&self, param: &Param) -> Option<TokenStream> {
        let name = name(self.0.iter().find(|field| std::ptr::eq(**field, param))?)?;
        Some(quote!(__fields.#name))
    }
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

fn is_flattened(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| quote!(#attr).to_string().contains("flatten"))
}

fn path(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "")
}

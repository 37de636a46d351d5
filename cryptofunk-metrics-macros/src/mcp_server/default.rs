//! The value of `#[default(…)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, Type, spanned::Spanned};

use super::parse::Default;
use crate::attr::literal;

/// The value as an expression of the parameter's type.
pub(super) fn default_value(default: &Default, ty: &Type) -> TokenStream {
    match default {
        Default::Trait => quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default()),
        // A text stands for every type that can be made of one.
        Default::Value(value) if literal(value).is_some() => text(value, ty),
        Default::Value(value) => quote!(#value),
    }
}

fn text(value: &Expr, ty: &Type) -> TokenStream {
    quote_spanned!(value.span()=> ::core::convert::Into::<#ty>::into(#value))
}

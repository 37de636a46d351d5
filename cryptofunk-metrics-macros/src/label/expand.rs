use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, spanned::Spanned};

use super::{
    check::NO_VALUES,
    parse::{Kind, Label, Variant},
};
use crate::runtime;

pub(super) fn label(label: &Label) -> TokenStream {
    let krate = runtime::path();
    let ident = &label.ident;
    let (values, part) = match &label.kind {
        Kind::Closed { variants, on_demand: true } => {
            let values = variants.iter().map(|variant| &variant.value);
            let arms = variants.iter().map(|Variant { ident, value, .. }| quote!(Self::#ident => #value));
            (quote!(OnDemand(&[#(#values),*])), quote!(#krate::__private::Part::Text(match self { #(#arms),* })))
        }
        Kind::Closed { variants, on_demand: false } => {
            let values = variants.iter().map(|variant| &variant.value);
            let arms = variants.iter().enumerate().map(|(index, variant)| {
                let variant = &variant.ident;
                quote!(Self::#variant => #index)
            });
            (quote!(Closed(&[#(#values),*])), quote!(#krate::__private::Part::Index(match self { #(#arms),* })))
        }
        Kind::Fixed { .. } => (quote!(Fixed), quote!(#krate::__private::Part::Text(self.0))),
        Kind::Open { field, limit } => {
            let part = quote_spanned!(field.span()=> #krate::__private::OpenValue::part(&self.0));
            (quote!(Open { limit: #limit }), part)
        }
    };
    let some_values = match &label.kind {
        Kind::Open { limit, .. } if !matches!(limit, Expr::Lit(_)) => {
            Some(quote_spanned!(limit.span()=> const _: () = ::core::assert!(#limit != 0, #NO_VALUES);))
        }
        _ => None,
    };
    let (generics, arguments, _) = label.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics #krate::Label for #ident #arguments {
            const VALUES: #krate::__private::LabelValues = #krate::__private::LabelValues::#values;

            #[inline]
            fn part(&self) -> #krate::__private::Part<'_> {
                #part
            }
        }

        #some_values
    }
}

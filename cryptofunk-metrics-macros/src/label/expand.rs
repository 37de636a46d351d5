use proc_macro2::TokenStream;
use quote::quote;

use super::parse::{Kind, Label, Variant};
use crate::runtime;

pub(super) fn label(label: &Label) -> TokenStream {
    let krate = runtime::path();
    let ident = &label.ident;
    let (values, part) = match &label.kind {
        Kind::Closed { variants, on_demand: true } => {
            let values = variants.iter().map(|variant| &variant.value);
            let arms = variants.iter().map(|Variant { ident, value, .. }| quote!(Self::#ident => #value));
            (quote!(OnDemand(&[#(#values),*])), quote!(Text(match self { #(#arms),* })))
        }
        Kind::Closed { variants, on_demand: false } => {
            let values = variants.iter().map(|variant| &variant.value);
            let arms = variants.iter().enumerate().map(|(index, variant)| {
                let variant = &variant.ident;
                quote!(Self::#variant => #index)
            });
            (quote!(Closed(&[#(#values),*])), quote!(Index(match self { #(#arms),* })))
        }
        Kind::Fixed { .. } => (quote!(Fixed), quote!(Text(self.0))),
        Kind::Open { limit, .. } => (quote!(Open { limit: #limit }), quote!(Text(&self.0))),
    };
    quote! {
        #[automatically_derived]
        impl #krate::Label for #ident {
            const VALUES: #krate::__private::LabelValues = #krate::__private::LabelValues::#values;

            #[inline]
            fn part(&self) -> #krate::__private::Part<'_> {
                #krate::__private::Part::#part
            }
        }
    }
}

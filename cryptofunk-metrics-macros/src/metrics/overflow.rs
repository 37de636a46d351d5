//! The family that counts the values of a module's open labels that found no place.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use super::declarations::{Module, Name};

/// Its declaration. It is exposed, and stands in `METRICS`, if a label of the module is open.
///
/// No family of the user's has its names: a function cannot begin with a digit.
pub(super) fn family(module: &Module, krate: &TokenStream) -> TokenStream {
    let prefix = match module.namespace.written().map(LitStr::value) {
        Some(namespace) if !namespace.is_empty() => namespace + "_",
        _ => String::new(),
    };
    let is_below = module.namespace.written().is_none();
    let name = Name { is_below, written: prefix + "metrics_label_overflow_total" }.value(krate);
    quote! {
        const __0_OVERFLOW_DESCRIPTOR: #krate::__private::MetricDescriptor = #krate::__private::overflow_descriptor(
            #name,
            ::core::concat!(::core::module_path!(), " (", ::core::file!(), ":", ::core::line!(), ")"),
        );
        #[allow(dead_code)]
        static __0_OVERFLOW: #krate::__private::Family<#krate::Counter> =
            #krate::__private::Family::overflow(&__0_OVERFLOW_DESCRIPTOR);
    }
}

//! The family that counts the values of a module's open labels that found no place.

use proc_macro2::TokenStream;
use quote::quote;

use super::declarations::Module;

/// Its declaration. It is exposed, and stands in `METRICS`, if a label of the module is open.
///
/// No family of the user's has its names: a function cannot begin with a digit.
pub(super) fn family(module: &Module, krate: &TokenStream) -> TokenStream {
    let name = match module.namespace.value().as_str() {
        "" => "metrics_label_overflow_total".to_owned(),
        namespace => format!("{namespace}_metrics_label_overflow_total"),
    };
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

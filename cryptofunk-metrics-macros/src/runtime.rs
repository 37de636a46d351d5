//! Where generated code finds the library.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

/// The path of the library under the name that the user's manifest gives it.
pub(crate) fn path() -> TokenStream {
    match crate_name("cryptofunk-metrics") {
        Ok(FoundCrate::Name(name)) => {
            let name = Ident::new(&name, Span::call_site());
            quote!(::#name)
        }
        // The library itself, which names itself by `extern crate self`; or a build without a manifest.
        Ok(FoundCrate::Itself) | Err(_) => quote!(::cryptofunk_metrics),
    }
}

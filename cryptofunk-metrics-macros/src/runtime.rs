//! Where generated code finds the library.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

use crate::manifest;

/// The path of the library under the name that the user's manifest gives it. The library itself has `extern crate self`.
pub(crate) fn path() -> TokenStream {
    let name = manifest::renamed("cryptofunk-metrics").unwrap_or_else(|| "cryptofunk_metrics".to_owned());
    let name = Ident::new(&name, Span::call_site());
    quote!(::#name)
}

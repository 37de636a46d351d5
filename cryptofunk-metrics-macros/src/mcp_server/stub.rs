//! What stands for a server after a mistake, so that what uses it is not reported as well.

use proc_macro2::TokenStream;
use quote::quote;

use super::parse::Server;
use crate::{attr, runtime};

/// A server without tools.
pub(super) fn stub(server: &Server) -> TokenStream {
    let krate = runtime::path();
    if !server.own.block.generics.params.is_empty() {
        return of_generics(server, &krate);
    }
    let mcp = quote!(#krate::__private::mcp);
    let ty = &server.own.block.self_ty;
    let cfgs: Vec<_> = attr::cfgs(&server.own.block.attrs).collect();
    quote! {
        #(#cfgs)*
        impl #krate::Component for #ty {
            const NAME: &'static ::core::primitive::str = "";
            const PORT: u16 = 1;
            const KIND: #krate::__private::ComponentKind = #krate::__private::ComponentKind::McpServer;
            const DESCRIPTION: &'static ::core::primitive::str = "";
            const VERSION: &'static ::core::primitive::str = "";
        }
        #(#cfgs)*
        impl #mcp::rmcp::ServerHandler for #ty {}
        #(#cfgs)*
        impl #krate::McpServer for #ty {
            const TOOLS: &'static [#krate::__private::ToolDescriptor] = &[];
            fn default_info(&self) -> #mcp::sdk::ServerConfig {
                ::core::unreachable!()
            }
            fn __handlers() -> &'static [#mcp::Method] {
                &[]
            }
            fn __metrics() -> &'static #mcp::ServerMetrics {
                ::core::unreachable!()
            }
            fn __entries() -> &'static [#mcp::ToolEntry<Self>] {
                &[]
            }
        }
    }
}

/// The same for a type with parameters, which perhaps cannot be a server at all.
fn of_generics(server: &Server, krate: &TokenStream) -> TokenStream {
    let ty = &server.own.block.self_ty;
    let (generics, _, wheres) = server.own.block.generics.split_for_impl();
    let cfgs = attr::cfgs(&server.own.block.attrs);
    let served = quote!(::core::future::Pending<::core::result::Result<(), #krate::Error>>);
    quote! {
        #(#cfgs)*
        #[allow(dead_code, missing_docs)]
        impl #generics #ty #wheres {
            pub fn serve(self) -> #served {
                ::core::future::pending()
            }
            pub fn serve_stdio(self) -> #served {
                ::core::future::pending()
            }
            pub fn serve_http(self, _: impl ::core::marker::Sized) -> #served {
                ::core::future::pending()
            }
            pub fn address() -> ::core::result::Result<::core::net::SocketAddr, #krate::Error> {
                ::core::unreachable!()
            }
        }
    }
}

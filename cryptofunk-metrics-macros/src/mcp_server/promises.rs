//! What a server and its tools promise, in the generated code.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, spanned::Spanned};

use super::parse::{Part, Server};
use crate::{
    attr,
    objective::{Of, at},
};

/// What the trait `Component` has of them.
pub(super) fn constants(server: &Server, krate: &TokenStream) -> TokenStream {
    let objective = server.objective.as_ref().map(|objective| {
        let objective = objective.value(krate);
        quote!(const OBJECTIVE: #krate::__private::Objective = #objective;)
    });
    quote! {
        #objective
        const __TOOLS: &'static [#krate::__private::ToolDescriptor] = <Self as #krate::McpServer>::TOOLS;
    }
}

/// Checks that only the compiler can do: against the families of the server, and those of tools against the server's promise.
pub(super) fn checks(server: &Server, modules: &[TokenStream], krate: &TokenStream) -> TokenStream {
    let metrics = quote!(&[#(#modules::METRICS),*]);
    let conditions: Vec<&Attribute> = attr::cfgs(&server.own.block.attrs).collect();
    let own = server.objective.iter().flat_map(|objective| {
        let checks = objective.checks(&Of::Server, &metrics, krate);
        checks.into_iter().map(|check| quote!(#(#conditions)* #check))
    });
    let of_tools = server.own.tools.iter().flat_map(|tool| {
        let (name, cfgs): (_, Vec<&Attribute>) = (tool.name(), tool.cfgs().collect());
        let checks = tool
            .objective
            .iter()
            .flat_map(|objective| objective.checks(&Of::Tool(&name, server.objective.as_ref()), &metrics, krate));
        checks.map(|check| quote!(#(#conditions)* #(#cfgs)* #check)).collect::<Vec<_>>()
    });
    let objective = server
        .objective
        .as_ref()
        .map_or_else(|| quote!(#krate::__private::Objective::NONE), |objective| objective.value(krate));
    let of_parts = server.parts.iter().map(|Part { cfgs, module, .. }| {
        let span = module.span();
        let check = at(span, quote!(#krate::__private::objective_check::check_tools));
        quote_spanned! {span=>
            #(#conditions)* #(#cfgs)*
            const _: () = #check(#metrics, #objective, #module::__McpTools::TOOLS);
        }
    });
    quote!(#(#own)* #(#of_tools)* #(#of_parts)*)
}

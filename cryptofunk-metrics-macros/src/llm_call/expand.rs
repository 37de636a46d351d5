use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, ImplItemFn, parse_quote, spanned::Spanned};

use super::parse::LlmCall;
use crate::{
    attr::{cfgs, literal},
    body,
    local::{local, local_at},
    runtime, signature,
};

/// The method, around whose body the measuring stands.
pub(crate) fn measured(call: &LlmCall) -> ImplItemFn {
    let krate = runtime::path();
    let mut method = call.method.clone();
    let body = body::future(&method.block, &method.sig.output);
    // Every token of the call stands where the result does, so that a type that lacks a trait is reported there.
    let (ok, _) = signature::result_spans(&method.sig.output, method.sig.ident.span());
    let [provider, model, operation] = values(call).map(|value| {
        let span = value.span();
        quote_spanned!(span=> ::core::convert::AsRef::<str>::as_ref(&(#value)))
    });
    let (work, asked) = (local_at("__work", ok), local("__call"));
    let measure = match &call.timeout {
        None => quote_spanned!(ok=> __llm::measure(#asked, #work).await),
        Some(time) => {
            let limit = time.value(&krate);
            quote_spanned!(ok=> __llm::measure_within(#asked, #limit, #work).await)
        }
    };
    method.block = parse_quote!({
        use #krate::__private::llm as __llm;
        let #asked = __llm::Call::start::<Self>(#provider, #model, #operation);
        let #work = #body;
        #measure
    });
    method
}

/// Exposes the series of the calls whose provider and model are written in their attributes.
pub(crate) fn exposed(calls: &[LlmCall]) -> TokenStream {
    let krate = runtime::path();
    let written = calls.iter().filter(|call| values(call).iter().all(|value| literal(value).is_some()));
    let calls = written.map(|call| {
        let (cfgs, [provider, model, operation]) = (cfgs(&call.method.attrs), values(call));
        quote!(#(#cfgs)* #krate::__private::llm::expose::<Self>(#provider, #model, #operation);)
    });
    quote!(#(#calls)*)
}

/// Provider, model and operation: without a model its label is absent, and an operation is a chat unless it is said to be another.
fn values(call: &LlmCall) -> [Expr; 3] {
    let LlmCall { provider, model, operation, .. } = call;
    [
        provider.clone().unwrap_or_else(|| parse_quote!("")),
        model.clone().unwrap_or_else(|| parse_quote!("")),
        operation.clone().unwrap_or_else(|| parse_quote!("chat")),
    ]
}

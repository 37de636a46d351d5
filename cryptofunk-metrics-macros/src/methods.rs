//! The request methods of the protocol, once: label, method of the SDK's `ServerHandler`, signature and capability.
//!
//! From this table come the label `Method`, the handlers that `#[mcp_server]` writes, those of `Instrumented`, the checks of
//! `#[mcp_handler]` and the capabilities that a server announces.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Type, spanned::Spanned};

use crate::{local::local_at, runtime, signature};

/// A request method.
pub(crate) struct Method {
    /// Its name in the protocol, which is the value of the label.
    pub(crate) name: &'static str,
    /// The method of the SDK's `ServerHandler`.
    pub(crate) handler: &'static str,
    /// The type of its parameters, in the library's module `mcp::sdk`.
    pub(crate) params: Option<&'static str>,
    /// The type of its result there.
    pub(crate) result: &'static str,
    /// The capability that a server with this handler announces, a variant of `mcp::Capability`.
    pub(crate) capability: Option<&'static str>,
    /// Whether every server answers it.
    pub(crate) always: bool,
}

const fn row(
    name: &'static str,
    handler: &'static str,
    params: Option<&'static str>,
    result: &'static str,
    capability: Option<&'static str>,
) -> Method {
    let always = matches!(name.as_bytes(), b"initialize" | b"ping" | b"server/discover");
    Method { name, handler, params, result, capability, always }
}

/// All methods; `other` stands for every name that is not here.
#[rustfmt::skip]
pub(crate) const METHODS: [Method; 21] = [
    row("initialize", "initialize", Some("InitializeRequestParams"), "InitializeResult", None),
    row("ping", "ping", None, "Nothing", None),
    row("server/discover", "discover", None, "DiscoverResult", None),
    row("completion/complete", "complete", Some("CompleteRequestParams"), "CompleteResult", Some("Completions")),
    row("logging/setLevel", "set_level", Some("SetLevelRequestParams"), "Nothing", Some("Logging")),
    row("prompts/get", "get_prompt", Some("GetPromptRequestParams"), "GetPromptResponse", Some("Prompts")),
    row("prompts/list", "list_prompts", Some("Page"), "ListPromptsResult", Some("Prompts")),
    row("resources/list", "list_resources", Some("Page"), "ListResourcesResult", Some("Resources")),
    row("resources/templates/list", "list_resource_templates", Some("Page"), "ListResourceTemplatesResult", Some("Resources")),
    row("resources/read", "read_resource", Some("ReadResourceRequestParams"), "ReadResourceResponse", Some("Resources")),
    row("resources/subscribe", "subscribe", Some("SubscribeRequestParams"), "Nothing", Some("Subscriptions")),
    row("resources/unsubscribe", "unsubscribe", Some("UnsubscribeRequestParams"), "Nothing", None),
    row("resources/directory/read", "read_resource_directory", Some("ReadResourceDirectoryRequestParams"), "ReadResourceDirectoryResult", Some("SkillsDirectory")),
    row("subscriptions/listen", "listen", Some("SubscriptionContext"), "Nothing", None),
    row("tools/call", "call_tool", Some("CallToolRequestParams"), "CallToolResponse", Some("Tools")),
    row("tools/list", "list_tools", Some("Page"), "ListToolsResult", Some("Tools")),
    row("tasks/get", "get_task", Some("GetTaskParams"), "GetTaskResult", Some("Tasks")),
    row("tasks/update", "update_task", Some("UpdateTaskParams"), "Nothing", None),
    row("tasks/cancel", "cancel_task", Some("CancelTaskParams"), "Nothing", None),
    row("skills/list", "list_skills", Some("Page"), "ListSkillsResult", Some("Skills")),
    row("skills/get", "get_skill", Some("GetSkillRequestParams"), "GetSkillResult", Some("Skills")),
];

impl Method {
    /// The variant of the label: `PromptsGet` of `prompts/get`.
    pub(crate) fn variant(&self) -> Ident {
        let words = self.name.split('/').map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..]));
        Ident::new(&words.collect::<String>(), Span::call_site())
    }

    /// The SDK's method.
    pub(crate) fn ident(&self) -> Ident {
        Ident::new(self.handler, Span::call_site())
    }

    /// The method of `mcp::Call` that runs its handler.
    fn run(&self) -> Ident {
        Ident::new(if self.handler == "initialize" { "open" } else { "run" }, Span::call_site())
    }

    /// The type of its parameters; of none, if it has none.
    fn params_type(&self) -> &'static str {
        self.params.unwrap_or("Nothing")
    }

    /// That type as generated code names it.
    fn params_path(&self, mcp: &TokenStream) -> TokenStream {
        let ty = format_ident!("{}", self.params_type());
        quote!(#mcp::sdk::#ty)
    }

    /// A call that has started, with what of its request its span says. `of` is the type of calls.
    fn about(&self, call: TokenStream, request: &TokenStream, of: &TokenStream) -> TokenStream {
        match self.name {
            "prompts/get" => quote!(#of::of_prompt(#call, &#request.name)),
            "resources/read" | "resources/subscribe" | "resources/unsubscribe" => {
                quote!(#of::of_resource(#call, &#request.uri))
            }
            _ => call,
        }
    }

    /// Whether it is one of those about tools, which `#[mcp_tool]` methods answer.
    pub(crate) fn is_of_tools(&self) -> bool {
        self.name.starts_with("tools/")
    }

    /// The result as messages show it.
    pub(crate) fn shown_result(&self) -> &'static str {
        if self.result == "Nothing" { "()" } else { self.result }
    }
}

/// The label of the methods, as the library declares it.
pub(crate) fn label() -> TokenStream {
    let names = METHODS.iter().map(|method| method.name);
    let variants: Vec<Ident> = METHODS.iter().map(Method::variant).collect();
    let count = METHODS.len() + 1;
    let always = METHODS.iter().filter(|method| method.always).map(Method::variant);
    quote! {
        /// A request method of the protocol; every other name counts as `other`.
        #[derive(::cryptofunk_metrics::Label, Debug, Clone, Copy, PartialEq, Eq)]
        #[label(on_demand)]
        #[allow(missing_docs, reason = "each variant is the method in its attribute")]
        #[non_exhaustive]
        pub enum Method {
            #(#[label(rename = #names)] #variants,)*
            #[label(rename = "other")]
            Other,
        }

        impl Method {
            /// All methods.
            pub const ALL: [Method; #count] = [#(Method::#variants,)* Method::Other];

            /// Those that every server answers.
            pub(crate) const ALWAYS: &[Method] = &[#(Method::#always),*];
        }
    }
}

/// The request handlers of `Instrumented`, which record and forward; those of tools and subscriptions it writes itself.
pub(crate) fn forward() -> TokenStream {
    let own = |method: &&Method| !method.is_of_tools() && method.handler != "listen";
    let handlers = METHODS.iter().filter(own).map(|method| {
        let (ident, variant, run) = (method.ident(), method.variant(), method.run());
        let result = format_ident!("{}", method.result);
        let params = method.params.map(|params| format_ident!("{params}"));
        let parameter = params.as_ref().map(|params| quote!(request: super::sdk::#params,));
        let argument = params.as_ref().map(|_| quote!(request,));
        let start = method.about(quote!(self.start(Method::#variant, &mut context)), &quote!(request), &quote!(Call));
        quote! {
            #[allow(deprecated, reason = "some of these methods are")]
            async fn #ident(
                &self,
                #parameter
                mut context: super::sdk::Context,
            ) -> Result<super::sdk::#result, super::sdk::ErrorData> {
                let call = #start;
                call.#run(self.handler.#ident(#argument context)).await
            }
        }
    });
    quote!(#(#handlers)*)
}

/// The types of parameters, and the types of those that no method has.
pub(crate) fn params() -> TokenStream {
    let mut types: Vec<&str> = METHODS.iter().map(Method::params_type).chain(["CustomRequest"]).collect();
    types.sort_unstable();
    types.dedup();
    let types = types.into_iter().map(|ty| format_ident!("{ty}"));
    quote!(#(#[allow(deprecated, reason = "some of these methods are")] impl Params for sdk::#types {})*)
}

/// The answers to requests that a server has no method for; those about tools and subscriptions it always has.
pub(crate) fn absent() -> TokenStream {
    let absent = |method: &&Method| !method.is_of_tools() && method.handler != "listen";
    let answers = METHODS.iter().filter(absent).map(|method| {
        let (ident, variant, run) = (method.ident(), method.variant(), method.run());
        let result = format_ident!("{}", method.result);
        let params = method.params.map(|params| format_ident!("{params}"));
        let parameter = params.as_ref().map(|params| quote!(request: super::sdk::#params,));
        let argument = params.as_ref().map(|_| quote!(request,));
        let start = quote!(super::Call::start(S::__metrics(), super::Method::#variant, &context));
        let start = method.about(start, &quote!(request), &quote!(super::Call));
        let answer = match method.handler {
            "initialize" | "discover" => quote!(own::#ident(server, #argument context)),
            _ => quote!(rmcp::ServerHandler::#ident(&Absent::of(server), #argument context)),
        };
        quote! {
            #[allow(deprecated, reason = "some of these methods are")]
            pub async fn #ident<S: super::McpServer>(
                server: &S,
                #parameter
                context: super::sdk::Context,
            ) -> Result<super::sdk::#result, super::sdk::ErrorData> {
                let call = #start;
                call.#run(#answer).await
            }
        }
    });
    quote!(#(#answers)*)
}

/// The method of the user's block that answers a request.
pub(crate) struct Own<'a> {
    /// The types of its parameters.
    pub(crate) params: Vec<&'a Type>,
    /// Where its result stands.
    pub(crate) result: Span,
}

impl Own<'_> {
    /// Whether it has its request's context, as an expression.
    pub(crate) fn has_context(&self, params: &TokenStream, mcp: &TokenStream) -> TokenStream {
        let given = self.given(params, mcp);
        quote!(<#given>::HAS_CONTEXT)
    }

    /// The call of the method with what it is given; the compiler finds out by the types what that is.
    pub(crate) fn call(&self, ident: &Ident, params: &TokenStream, mcp: &TokenStream) -> TokenStream {
        let given = self.given(params, mcp);
        let arguments: Vec<Ident> = self
            .params
            .iter()
            .enumerate()
            .map(|(place, ty)| local_at(&format!("__given_{place}"), ty.span()))
            .collect();
        quote!({
            let (#(#arguments,)*) = <#given>::of(__request, __context);
            Self::#ident(self #(, #arguments)*)
        })
    }

    fn given(&self, params: &TokenStream, mcp: &TokenStream) -> TokenStream {
        let types = &self.params;
        // A message about a parameter of another type stands there.
        let is_context =
            |ty: &&&Type| signature::last_word(ty).is_some_and(|word| word.to_string().ends_with("Context"));
        let place = types.iter().find(|ty| !is_context(ty)).or(types.first()).map_or(self.result, |ty| ty.span());
        quote_spanned!(place=> (#(#types,)*) as #mcp::Given<#params>)
    }
}

/// The future of a user's handler.
fn own_answer(method: &Method, own: &Own<'_>, mcp: &TokenStream) -> TokenStream {
    let (ident, result, place) = (method.ident(), format_ident!("{}", method.result), &own.result);
    let answer = local_at("__answer", *place);
    let call = own.call(&ident, &method.params_path(mcp), mcp);
    let call = quote_spanned!(*place=> #call.await);
    // The SDK has responses that are a result or something else; a result alone will do.
    let is_response = method.result.ends_with("Response");
    let into = is_response.then(
        || quote_spanned!(*place=> let #answer = ::core::result::Result::map(#answer, ::core::convert::Into::into);),
    );
    quote_spanned! {*place=> async move {
        let #answer = #call;
        #into
        let #answer: ::core::result::Result<#mcp::sdk::#result, #mcp::sdk::ErrorData> = #answer;
        #answer
    }}
}

/// A user's handler of a request about tools, which the library calls where tools are listed and found.
pub(crate) fn handler_of_tools(method: &Method, own: &Own<'_>, mcp: &TokenStream) -> TokenStream {
    let name = format_ident!("__{}", method.handler);
    let [params, result] = [method.params.unwrap_or("Page"), method.result].map(|ty| format_ident!("{ty}"));
    let answer = own_answer(method, own, mcp);
    quote! {
        #[allow(deprecated, unused_variables)]
        fn #name(&self, __request: #mcp::sdk::#params, __context: #mcp::sdk::Context) -> ::core::option::Option<#mcp::HandlerFuture<'_, #mcp::sdk::#result>> {
            ::core::option::Option::Some(::std::boxed::Box::pin(#answer))
        }
    }
}

/// The type of a future with this result.
pub(crate) fn answer(result: &str, mcp: &TokenStream) -> TokenStream {
    let result = format_ident!("{result}");
    quote! {
        impl ::core::future::Future<Output = ::core::result::Result<#mcp::sdk::#result, #mcp::sdk::ErrorData>> + ::core::marker::Send
    }
}

/// A request handler that `#[mcp_server]` writes: it records, and calls the method of the user's block, or gives the SDK's own answer.
pub(crate) fn handler(method: &Method, own: Option<&Own<'_>>) -> TokenStream {
    let krate = runtime::path();
    let mcp = quote!(#krate::__private::mcp);
    let (ident, variant, run) = (method.ident(), method.variant(), method.run());
    let result = format_ident!("{}", method.result);
    let params = method.params.map(|params| format_ident!("{params}"));
    let server = quote!(<Self as #krate::McpServer>::__metrics());
    // A subscription has its request's context inside its own.
    if let (true, Some(own)) = (method.handler == "listen", own) {
        let call = own.call(&ident, &method.params_path(&mcp), &mcp);
        return quote! {
            #[allow(deprecated, unused_variables)]
            async fn listen(&self, __request: #mcp::sdk::#params) -> ::core::result::Result<(), #mcp::sdk::ErrorData> {
                let __context = ::core::clone::Clone::clone(#mcp::sdk::SubscriptionContext::request_context(&__request));
                let __call = #mcp::Call::with_context(#mcp::Call::start(#server, #mcp::Method::#variant, &__context), true);
                #mcp::Call::run(__call, #call).await
            }
        };
    }
    let parameter = params.as_ref().map(|params| quote!(__request: #mcp::sdk::#params,));
    let argument = params.as_ref().map(|_| quote!(__request,));
    let answer = match own {
        Some(own) => own_answer(method, own, &mcp),
        // A function of the library's is checked once, and not again in every crate with a server.
        None => {
            let answer = self::answer(method.result, &mcp);
            return quote! {
                #[allow(deprecated, refining_impl_trait)]
                fn #ident(&self, #parameter __context: #mcp::sdk::Context) -> #answer {
                    #mcp::absent::#ident(self, #argument __context)
                }
            };
        }
    };
    let request = params.is_none().then(|| quote!(let __request = ();));
    let has_context = own.map(|own| own.has_context(&method.params_path(&mcp), &mcp));
    let start = quote!(#mcp::Call::start(#server, #mcp::Method::#variant, &__context));
    let start = method.about(start, &quote!(__request), &quote!(#mcp::Call));
    quote! {
        #[allow(deprecated, unused_variables, clippy::let_unit_value)]
        async fn #ident(&self, #parameter __context: #mcp::sdk::Context) -> ::core::result::Result<#mcp::sdk::#result, #mcp::sdk::ErrorData> {
            #request
            let __call = #mcp::Call::with_context(#start, #has_context);
            #mcp::Call::#run(__call, #answer).await
        }
    }
}

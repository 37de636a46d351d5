use std::time::Duration;

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, FnArg, ImplItem, ImplItemFn, ItemImpl, LitStr, Meta, Type, ext::IdentExt};

use crate::{
    attr::Keys,
    component::{Header, HealthCheck, health_check, impl_block},
    diagnostics::Diagnostics,
    docs,
    llm_call::{LlmCall, llm_call},
    methods::Method,
    signature,
};

/// An impl block with its tools and handlers.
pub(super) struct Server {
    /// The block, without our attributes.
    pub(super) block: ItemImpl,
    pub(super) header: Header,
    pub(super) title: Option<LitStr>,
    pub(super) instructions: Option<LitStr>,
    pub(super) description: Option<String>,
    pub(super) tools: Vec<Tool>,
    pub(super) handlers: Vec<Handler>,
    pub(super) checks: Vec<HealthCheck>,
    pub(super) calls: Vec<LlmCall>,
}

impl Server {
    /// The handler of a method.
    pub(super) fn handler(&self, method: &Method) -> Option<&Handler> {
        self.handlers.iter().find(|handler| handler.method.sig.ident == method.handler)
    }
}

/// A method that clients call as a tool.
pub(super) struct Tool {
    /// The method, without our attributes; its parameters too.
    pub(super) method: ImplItemFn,
    pub(super) name: String,
    /// Where the name stands, if not in the method's name.
    pub(super) rename: Option<LitStr>,
    pub(super) title: Option<LitStr>,
    pub(super) description: Option<String>,
    pub(super) hints: [(&'static str, Option<bool>); 4],
    pub(super) timeout: Option<Duration>,
    pub(super) params: Vec<Param>,
}

/// What a parameter of a tool is filled with.
pub(super) enum Param {
    /// An argument by name.
    Argument(Box<Argument>),
    /// All arguments as one struct.
    All(Type),
    /// All arguments as they are.
    Object,
    /// Something of the request.
    Context(&'static str),
    /// Nothing that we know.
    Unknown(FnArg),
}

/// An argument that clients pass by name.
pub(super) struct Argument {
    /// The parameter as it was written.
    pub(super) arg: FnArg,
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) description: String,
    pub(super) default: Option<Default>,
}

pub(super) enum Default {
    Trait,
    Value(Expr),
}

/// A method that answers another request.
pub(super) struct Handler {
    pub(super) method: ImplItemFn,
    /// For each parameter whether it is the context; the other one is the request.
    pub(super) contexts: Vec<bool>,
}

pub(super) fn server(attr: TokenStream, item: TokenStream, errors: &mut Diagnostics) -> Option<Server> {
    let mut keys = Keys::parse("mcp_server", attr, errors);
    let mut header = Header::take("mcp_server", &mut keys, errors);
    let title = keys.string("title", errors);
    let instructions = keys.string("instructions", errors);
    header.finish(keys, errors);
    let mut block = impl_block("mcp_server", "RiskAnalyzer", item, errors)?;
    let mut tools = Vec::new();
    let mut handlers = Vec::new();
    let mut checks = Vec::new();
    let mut calls = Vec::new();
    let mut own = Vec::new();
    for item in std::mem::take(&mut block.items) {
        match item {
            ImplItem::Fn(mut method) => {
                checks.extend(health_check(&mut method, errors));
                let tool = Keys::extract("mcp_tool", &mut method.attrs, errors);
                let handler = Keys::extract("mcp_handler", &mut method.attrs, errors);
                match (tool, handler) {
                    (Some(_), Some(_)) => errors.error(&method.sig.ident, "a method is a tool or a handler, not both"),
                    (Some(keys), None) => tools.push(self::tool(method, keys, errors)),
                    (None, Some(keys)) => {
                        keys.finish(errors);
                        handlers.push(self::handler(method));
                    }
                    (None, None) => match llm_call(&mut method, errors) {
                        Some(call) => calls.push(call),
                        None => own.push(ImplItem::Fn(method)),
                    },
                }
            }
            other => own.push(other),
        }
    }
    block.items = own;
    let description = docs::text(&block.attrs);
    Some(Server { block, header, title, instructions, description, tools, handlers, checks, calls })
}

fn tool(mut method: ImplItemFn, mut keys: Keys, errors: &mut Diagnostics) -> Tool {
    let rename = keys.string("name", errors);
    let title = keys.string("title", errors);
    let description = keys.string("description", errors);
    let hints = ["read_only", "destructive", "idempotent", "open_world"].map(|hint| (hint, keys.flag(hint, errors)));
    let timeout = keys.duration("timeout", errors);
    keys.finish(errors);
    let params = method.sig.inputs.iter_mut().filter_map(|arg| param(arg, errors)).collect();
    Tool {
        name: rename.as_ref().map_or_else(|| method.sig.ident.unraw().to_string(), LitStr::value),
        description: description.map(|text| text.value()).or_else(|| docs::text(&method.attrs)),
        method,
        rename,
        title,
        hints,
        timeout,
        params,
    }
}

fn param(arg: &mut FnArg, errors: &mut Diagnostics) -> Option<Param> {
    let whole = arg.clone();
    let name = signature::name(arg).map(|ident| ident.unraw().to_string());
    let FnArg::Typed(typed) = arg else { return None };
    // Doc comments and `#[default]` are ours; the compiler knows neither on a parameter.
    let description = docs::text(&typed.attrs).unwrap_or_default();
    let default = default(&mut typed.attrs, errors);
    typed.attrs.retain(|attr| !attr.path().is_ident("doc"));
    let ty = (*typed.ty).clone();
    let context = ["RequestContext", "CancellationToken", "Peer", "CallToolRequestParams"];
    let param = if let Some(context) = context.into_iter().find(|word| signature::is(&ty, word)) {
        Param::Context(context)
    } else if signature::is(&ty, "Parameters") {
        let inner = signature::inners(&ty).next().cloned();
        Param::All(inner.unwrap_or(ty))
    } else if signature::is(&ty, "JsonObject") {
        Param::Object
    } else if let Some(name) = name {
        Param::Argument(Box::new(Argument { arg: whole, name, ty, description, default }))
    } else {
        Param::Unknown(whole)
    };
    Some(param)
}

fn default(attrs: &mut Vec<Attribute>, errors: &mut Diagnostics) -> Option<Default> {
    let position = attrs.iter().position(|attr| attr.path().is_ident("default"))?;
    match attrs.remove(position).meta {
        Meta::Path(_) => Some(Default::Trait),
        Meta::List(list) => errors.take(syn::parse2(list.tokens)).map(Default::Value),
        Meta::NameValue(meta) => {
            errors.error(&meta, "write the value in parentheses: `#[default(0.95)]`");
            None
        }
    }
}

fn handler(method: ImplItemFn) -> Handler {
    let params = method.sig.inputs.iter().filter_map(|arg| match arg {
        FnArg::Typed(arg) => {
            Some(signature::last_word(&arg.ty).is_some_and(|word| word.to_string().ends_with("Context")))
        }
        FnArg::Receiver(_) => None,
    });
    Handler { contexts: params.collect(), method }
}

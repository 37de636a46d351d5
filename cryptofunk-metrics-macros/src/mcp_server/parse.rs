use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, FnArg, ImplItem, ImplItemFn, ItemImpl, Meta, Pat, Path, Type, ext::IdentExt};

use crate::{
    attr::{Keys, Text, Time, cfgs, ungrouped},
    component::{Header, HealthCheck, health_check, impl_block},
    diagnostics::Diagnostics,
    docs::Docs,
    llm_call::{LlmCall, llm_call},
    methods::Method,
    objective::{Objective, objective},
    signature,
};

/// An impl block with tools.
pub(super) struct Tools {
    /// The block, without our attributes and without the methods that have them.
    pub(super) block: ItemImpl,
    pub(super) tools: Vec<Tool>,
    pub(super) calls: Vec<LlmCall>,
}

/// Another block, whose tools a server has too.
pub(super) struct Part {
    pub(super) cfgs: Vec<Attribute>,
    /// The module that it stands in.
    pub(super) module: Path,
    /// Whose tools they are, if not the server's own.
    pub(super) of: Option<Expr>,
}

/// The block of a server.
pub(super) struct Server {
    pub(super) own: Tools,
    pub(super) parts: Vec<Part>,
    pub(super) header: Header,
    pub(super) title: Option<Text>,
    pub(super) instructions: Option<Text>,
    pub(super) objective: Option<Objective>,
    pub(super) docs: Option<Docs>,
    pub(super) handlers: Vec<Handler>,
    pub(super) checks: Vec<HealthCheck>,
}

impl Server {
    /// The handlers of a method: one, or several under conditions.
    pub(super) fn handlers(&self, method: &Method) -> impl Iterator<Item = &Handler> {
        self.handlers_called(method.handler)
    }

    /// The handlers of this name.
    pub(super) fn handlers_called(&self, name: &'static str) -> impl Iterator<Item = &Handler> {
        self.handlers.iter().filter(move |handler| handler.method.sig.ident == name)
    }
}

/// A method that clients call as a tool.
pub(super) struct Tool {
    /// The method, without our attributes; its parameters too.
    pub(super) method: ImplItemFn,
    /// The method's name.
    pub(super) name: String,
    /// Another name, if the attribute gives one.
    pub(super) rename: Option<Text>,
    pub(super) title: Option<Text>,
    /// The text for the model, if there is one.
    pub(super) description: Option<TokenStream>,
    pub(super) hints: [(&'static str, Option<bool>); 4],
    /// The SDK's `Vec<Icon>`.
    pub(super) icons: Option<Expr>,
    /// The SDK's `MetaObject`, for `_meta`.
    pub(super) meta: Option<Expr>,
    pub(super) timeout: Option<Time>,
    pub(super) objective: Option<Objective>,
    pub(super) params: Vec<Param>,
}

impl Tool {
    /// The name that clients call it by, if the macro can see it.
    pub(super) fn written_name(&self) -> Option<String> {
        match &self.rename {
            Some(name) => name.written().map(syn::LitStr::value),
            None => Some(self.name.clone()),
        }
    }

    /// That name as an expression.
    pub(super) fn name(&self) -> TokenStream {
        match &self.rename {
            Some(name) => name.to_token_stream(),
            None => self.name.to_token_stream(),
        }
    }

    /// Under which conditions there is this tool.
    pub(super) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        cfgs(&self.method.attrs)
    }
}

/// A parameter of a tool. Its type decides whether it is an argument that clients pass by name, or something of the request.
pub(super) struct Param {
    /// The parameter as it was written.
    pub(super) arg: FnArg,
    /// The name, unless it is taken apart by a pattern.
    pub(super) name: Option<String>,
    pub(super) ty: Type,
    pub(super) docs: Option<Docs>,
    pub(super) default: Option<Default>,
    pub(super) cfgs: Vec<Attribute>,
    /// Its attributes of serde and schemars, as a field of a struct has them.
    pub(super) field: Vec<Attribute>,
}

pub(super) enum Default {
    Trait,
    Value(Expr),
}

/// A method that answers another request.
pub(super) struct Handler {
    pub(super) method: ImplItemFn,
}

pub(super) fn server(attr: TokenStream, item: TokenStream, errors: &mut Diagnostics) -> Option<Server> {
    let mut keys = Keys::parse("mcp_server", attr, errors);
    let mut header = Header::take("mcp_server", &mut keys, errors);
    let title = keys.text("title", errors);
    let instructions = keys.text("instructions", errors);
    let parts = parts(&mut keys, errors);
    let objective = objective(&mut keys, errors);
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
                        handlers.push(Handler { method });
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
    let docs = Docs::of(&block.attrs);
    let own = Tools { block, tools, calls };
    Some(Server { own, parts, header, title, instructions, objective, docs, handlers, checks })
}

/// The block of a part.
pub(super) fn part(attr: TokenStream, item: TokenStream, errors: &mut Diagnostics) -> Option<Tools> {
    Keys::parse("mcp_tools", attr, errors).finish(errors);
    let mut block = impl_block("mcp_tools", "RiskAnalyzer", item, errors)?;
    let (mut tools, mut calls, mut own) = (Vec::new(), Vec::new(), Vec::new());
    for item in std::mem::take(&mut block.items) {
        let ImplItem::Fn(mut method) = item else {
            own.push(item);
            continue;
        };
        for attribute in ["mcp_handler", "health_check"] {
            if Keys::extract(attribute, &mut method.attrs, errors).is_some() {
                let message = format!("`#[{attribute}]` belongs into the block of `#[mcp_server]`; a part has tools");
                errors.error(&method.sig.ident, message);
            }
        }
        match Keys::extract("mcp_tool", &mut method.attrs, errors) {
            Some(keys) => tools.push(tool(method, keys, errors)),
            None => match llm_call(&mut method, errors) {
                Some(call) => calls.push(call),
                None => own.push(ImplItem::Fn(method)),
            },
        }
    }
    block.items = own;
    Some(Tools { block, tools, calls })
}

/// `tools = [forecast, toolkit::admin(self.admin)]`.
fn parts(keys: &mut Keys, errors: &mut Diagnostics) -> Vec<Part> {
    const USAGE: &str = "`tools` takes a list of modules with a `#[mcp_tools]` block: `tools = [forecast]`; for a block of another type, \
                         whose tools they are stands behind it: `tools = [toolkit::admin(self.admin)]`";
    let Some(pair) = keys.take("tools") else { return Vec::new() };
    let Some(Expr::Array(list)) = pair.value else {
        errors.error(pair.key, USAGE);
        return Vec::new();
    };
    let part = |element: Expr| {
        let mut element = ungrouped(&element).clone();
        let cfgs = match &mut element {
            Expr::Path(path) => std::mem::take(&mut path.attrs),
            Expr::Call(call) => std::mem::take(&mut call.attrs),
            _ => Vec::new(),
        };
        match element {
            Expr::Path(module) => Some(Part { cfgs, module: module.path, of: None }),
            Expr::Call(call) if call.args.len() == 1 => match ungrouped(&call.func).clone() {
                Expr::Path(module) => Some(Part { cfgs, module: module.path, of: call.args.into_iter().next() }),
                other => {
                    errors.error(other, USAGE);
                    None
                }
            },
            other => {
                errors.error(other, USAGE);
                None
            }
        }
    };
    list.elems.into_iter().filter_map(part).collect()
}

fn tool(mut method: ImplItemFn, mut keys: Keys, errors: &mut Diagnostics) -> Tool {
    let rename = keys.text("name", errors);
    let title = keys.text("title", errors);
    let description = keys.text("description", errors);
    let hints = ["read_only", "destructive", "idempotent", "open_world"].map(|hint| (hint, keys.flag(hint, errors)));
    let timeout = keys.duration("timeout", errors);
    let objective = objective(&mut keys, errors);
    let icons = keys.expression("icons", "the SDK's icons: `icons = vec![Icon::new(\"https://…\")]`", errors);
    let meta = keys.expression("meta", "the SDK's `MetaObject`: `meta = MetaObject(rmcp::object!({…}))`", errors);
    keys.finish(errors);
    let params = method.sig.inputs.iter_mut().filter_map(|arg| param(arg, errors)).collect();
    Tool {
        name: method.sig.ident.unraw().to_string(),
        description: match description {
            Some(text) => Some(quote!(#text)),
            None => Docs::of(&method.attrs).map(|docs| docs.flowing()),
        },
        method,
        rename,
        title,
        hints,
        icons,
        meta,
        timeout,
        objective,
        params,
    }
}

fn param(arg: &mut FnArg, errors: &mut Diagnostics) -> Option<Param> {
    let whole = arg.clone();
    let FnArg::Typed(typed) = arg else { return None };
    let name = match &*typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(pat.ident.unraw().to_string()),
        _ => None,
    };
    // Doc comments and `#[default]` are ours; the compiler knows neither on a parameter.
    let docs = Docs::of(&typed.attrs);
    let default = default(&mut typed.attrs, errors);
    typed.attrs.retain(|attr| !attr.path().is_ident("doc"));
    let of_field = |attr: &Attribute| attr.path().is_ident("serde") || attr.path().is_ident("schemars");
    let field = typed.attrs.extract_if(.., |attr| of_field(attr)).collect();
    let cfgs = cfgs(&typed.attrs).cloned().collect();
    // The method's own lifetimes are unknown outside of it.
    let ty = signature::without_lifetimes(&typed.ty);
    Some(Param { arg: whole, name, ty, docs, default, cfgs, field })
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

use std::collections::HashMap;

use cryptofunk_metrics_catalog::names::is_tool_name;
use syn::{FnArg, GenericParam, Pat, ReturnType, Type};

use super::{
    handler::{CUSTOM, MOVED},
    parse::{Handler, Server, Tool, Tools},
};
use crate::{
    component,
    diagnostics::{Diagnostics, did_you_mean},
    llm_call,
    methods::METHODS,
    receiver, signature,
};

pub(super) fn server(server: &Server, errors: &mut Diagnostics) {
    let ty = &server.own.block.self_ty;
    component::header(&server.header, ty, errors);
    if let Some(lifetime) = server.own.block.generics.lifetimes().next() {
        errors.error(
            lifetime,
            "a server outlives the function that starts it, so its type borrows nothing; let it own what it needs, or share it by an `Arc`",
        );
    }
    if server.docs.is_none() && server.instructions.is_none() && errors.is_empty() {
        errors.error(
            ty,
            "this server needs a doc comment on its impl block: clients read it as the server's instructions, and its page and the documents show it",
        );
    }
    tools(&server.own, errors);
    for handler in &server.handlers {
        self::handler(handler, errors);
    }
    if let Some(call) = server.handlers_called("call_tool").next()
        && server.handlers_called("list_tools").next().is_none()
    {
        errors.error(
            &call.method.sig.ident,
            "`#[mcp_tool]` methods answer for themselves, and `call_tool` for the tools that a handler `list_tools` adds; write that one too",
        );
    }
    component::checks(&server.checks, errors);
    if server.own.tools.is_empty() && server.parts.is_empty() && server.handlers.is_empty() && errors.is_empty() {
        errors.error(ty, "this server has nothing to call: mark at least one method with `#[mcp_tool]`");
    }
}

/// Checks a part of a server.
pub(super) fn part(part: &Tools, errors: &mut Diagnostics) {
    tools(part, errors);
    if part.tools.is_empty() && errors.is_empty() {
        errors.error(
            &part.block.self_ty,
            "this part of a server has no tools: mark at least one method with `#[mcp_tool]`",
        );
    }
}

/// Checks the tools of a block.
pub(super) fn tools(block: &Tools, errors: &mut Diagnostics) {
    let mut names: HashMap<String, &Tool> = HashMap::new();
    for tool in &block.tools {
        self::tool(tool, errors);
        // Two that are compiled under conditions may be two forms of one.
        if tool.cfgs().next().is_none()
            && let Some(name) = tool.written_name()
            && let Some(first) = names.insert(name.clone(), tool)
        {
            let message =
                format!("two tools are called `{name}`; the other one is the method `{}`", first.method.sig.ident);
            match &tool.rename {
                Some(name) => errors.error(name, message),
                None => errors.error(&tool.method.sig.ident, message),
            }
        }
    }
    llm_call::calls(&block.calls, errors);
}

fn tool(tool: &Tool, errors: &mut Diagnostics) {
    let ident = &tool.method.sig.ident;
    receiver::check("a tool is called by many clients at once", &tool.method, errors);
    if tool.description.is_none() {
        errors.error(
            ident,
            format!(
                "the tool `{}` needs a doc comment: it is how a model knows when to call it",
                tool.written_name().unwrap_or_else(|| tool.name.clone())
            ),
        );
    }
    if let Some(name) = tool.written_name()
        && !is_tool_name(&name)
    {
        let message = format!(
            "`{name}` cannot be the name of a tool: the protocol allows 1 to 128 letters, digits, `_`, `-` and `.`"
        );
        match &tool.rename {
            Some(name) => errors.error(name, message),
            None => errors.error(ident, message),
        }
    }
    if tool.timeout.is_some() && tool.method.sig.asyncness.is_none() {
        errors.error(
            tool.method.sig.fn_token,
            format!("a timeout ends a tool where it waits, and this one never does: make it `async fn {ident}`"),
        );
    }
    if let Some(param) =
        tool.method.sig.generics.params.iter().find(|param| !matches!(param, GenericParam::Lifetime(_)))
    {
        errors.error(
            param,
            "a tool has no type parameters: clients send JSON, and nothing says which type it should become",
        );
    }
    for param in &tool.params {
        // What the SDK takes from a request is a struct.
        if let FnArg::Typed(arg) = &param.arg
            && matches!(*arg.pat, Pat::Tuple(_) | Pat::Slice(_))
        {
            errors.error(arg, "an argument needs a name, which clients call it by: `name: Type`");
        }
        if let (Some(attr), None) = (param.field.first(), &param.name) {
            errors
                .error(attr, "an attribute of serde or schemars is about an argument, which has a name: `name: Type`");
        }
        argument(&param.arg, &param.ty, errors);
    }
}

fn argument(arg: &FnArg, ty: &Type, errors: &mut Diagnostics) {
    match ty {
        Type::Reference(_) => {
            let owned = match ty {
                Type::Reference(reference) if signature::is(&reference.elem, "str") => "`String`",
                Type::Reference(reference) if matches!(*reference.elem, Type::Slice(_)) => "a `Vec`",
                _ => "the type without `&`",
            };
            errors.error(
                ty,
                format!("an argument is read from the client's JSON, so nothing is there to borrow from; take {owned}"),
            );
        }
        Type::ImplTrait(_) => {
            errors.error(
                ty,
                "a tool has no type parameters: clients send JSON, and nothing says which type it should become",
            );
        }
        _ => {}
    }
    if let FnArg::Typed(arg) = arg
        && let Some(other) = arg.attrs.iter().find(|attr| {
            !["doc", "default", "serde", "schemars", "cfg", "cfg_attr", "allow", "expect", "warn", "deny", "forbid"]
                .iter()
                .any(|ours| attr.path().is_ident(ours))
        })
    {
        let name = other.path().segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        errors.error(
            other,
            format!(
                "unknown attribute `{name}` on an argument{} (attributes: a doc comment, `#[default(value)]`, `#[serde(…)]`, `#[schemars(…)]`)",
                did_you_mean(&name, ["default"])
            ),
        );
    }
}

fn handler(handler: &Handler, errors: &mut Diagnostics) {
    let ident = &handler.method.sig.ident;
    let name = ident.to_string();
    receiver::check("a handler is called by many clients at once", &handler.method, errors);
    if MOVED.contains(&name.as_str()) {
        return;
    }
    let known = METHODS.iter().map(|method| (method.handler, method.shown_result())).chain([(CUSTOM, "CustomResult")]);
    let Some((_, result)) = known.clone().find(|(request, _)| *request == name) else {
        let suggestion = did_you_mean(&name, known.map(|(request, _)| request).chain(MOVED));
        errors.error(ident, format!("`{name}` is no method of the SDK's `ServerHandler`{suggestion}"));
        return;
    };
    if !signature::may_return_result(&handler.method.sig.output) {
        let message = format!("`{name}` returns `Result<{result}, ErrorData>`, the types of the SDK");
        match &handler.method.sig.output {
            ReturnType::Type(_, ty) => errors.error(ty, message),
            ReturnType::Default => errors.error(ident, message),
        }
    }
    if handler.method.sig.asyncness.is_none() {
        errors.error(handler.method.sig.fn_token, format!("a handler of a request is `async fn {name}`"));
    }
}

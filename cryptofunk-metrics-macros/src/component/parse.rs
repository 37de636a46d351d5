use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, ImplItem, ImplItemFn, ItemImpl, LitStr, ext::IdentExt};

use crate::{
    attr::{Keys, Port, Text, ungrouped},
    cfg_attr,
    diagnostics::Diagnostics,
    docs::Docs,
    llm_call::{LlmCall, llm_call},
};

/// What an attribute says of its component.
pub(crate) struct Header {
    /// The attribute: `mcp_server`, `agent` or `component`.
    pub(crate) attribute: &'static str,
    pub(crate) name: Option<Text>,
    pub(crate) port: Option<Port>,
    pub(crate) version: Option<Expr>,
    /// Modules with conventions, whose families the component records into.
    pub(crate) families: Vec<Expr>,
    /// Modules whose families the component exposes from its start.
    pub(crate) metrics: Vec<Expr>,
    /// Whether a missing key is missing, rather than misspelt.
    pub(crate) keys_are_right: bool,
}

impl Header {
    /// Takes the keys that all components have; the caller asks for its own before it calls `finish`.
    pub(crate) fn take(attribute: &'static str, keys: &mut Keys, errors: &mut Diagnostics) -> Self {
        let name = keys.text("name", errors);
        let port = keys.port("port", errors);
        let version = keys.take("version").and_then(|pair| pair.value);
        let metrics = match keys.take("metrics").map(|pair| (pair.key, pair.value)) {
            Some((_, Some(Expr::Array(modules)))) => modules.elems.into_iter().collect(),
            Some((key, _)) => {
                errors.error(key, "`metrics` takes a list of modules: `metrics = [orders]`");
                Vec::new()
            }
            None => Vec::new(),
        };
        let families = keys.take("families").map(|pair| (pair.key, pair.value.as_ref().map(ungrouped).cloned()));
        let families = match families {
            Some((_, Some(Expr::Array(modules)))) => modules.elems.into_iter().collect(),
            Some((_, Some(module @ Expr::Path(_)))) => vec![module],
            Some((key, _)) => {
                errors.error(
                    key,
                    "`families` takes a module that `#[metrics(namespace = \"…\", convention = \"…\")]` declares, or a list of them: `families = weather::metrics`",
                );
                Vec::new()
            }
            None => Vec::new(),
        };
        Header { attribute, name, port, version, families, metrics, keys_are_right: false }
    }

    /// Refuses keys that nobody asked for.
    pub(crate) fn finish(&mut self, keys: Keys, errors: &mut Diagnostics) {
        keys.finish(errors);
        self.keys_are_right = errors.is_empty();
    }
}

/// The impl block that an attribute belongs on; `example` shows one.
pub(crate) fn impl_block(
    attribute: &str,
    example: &str,
    item: TokenStream,
    errors: &mut Diagnostics,
) -> Option<ItemImpl> {
    match syn::parse2::<ItemImpl>(item.clone()) {
        Ok(mut block) => match &block.trait_ {
            None => {
                cfg_attr::split(&mut block);
                Some(block)
            }
            Some((path, _)) => {
                let message =
                    format!("`#[{attribute}]` belongs on a type's own impl block, not on the impl of a trait");
                errors.error(path, message);
                None
            }
        },
        Err(_) => {
            let start: TokenStream = item.into_iter().take(2).collect();
            errors.error(start, format!("`#[{attribute}]` belongs on an impl block: `impl {example} {{ … }}`"));
            None
        }
    }
}

/// A method that says whether the component can do its work.
pub(crate) struct HealthCheck {
    /// The method, without our attribute.
    pub(crate) method: ImplItemFn,
    /// The name in the answer of `/health`.
    pub(crate) name: TokenStream,
    /// Another name than the method's, if the attribute gives one.
    pub(crate) rename: Option<Text>,
}

impl HealthCheck {
    /// The name, if the macro can see it.
    pub(crate) fn written_name(&self) -> Option<String> {
        match &self.rename {
            Some(name) => name.written().map(LitStr::value),
            None => Some(self.method.sig.ident.unraw().to_string()),
        }
    }
}

/// The health check that a method is, if it has the attribute, which is removed.
pub(crate) fn health_check(method: &mut ImplItemFn, errors: &mut Diagnostics) -> Option<HealthCheck> {
    let mut keys = Keys::extract("health_check", &mut method.attrs, errors)?;
    let rename = keys.text("name", errors);
    keys.finish(errors);
    Some(HealthCheck {
        name: match &rename {
            Some(name) => name.to_token_stream(),
            None => method.sig.ident.unraw().to_string().to_token_stream(),
        },
        method: method.clone(),
        rename,
    })
}

/// An impl block of `#[component]`.
pub(super) struct Component {
    pub(super) calls: Vec<LlmCall>,
    /// The block, without our attributes.
    pub(super) block: ItemImpl,
    pub(super) header: Header,
    pub(super) docs: Option<Docs>,
    pub(super) checks: Vec<HealthCheck>,
}

pub(super) fn component(attr: TokenStream, item: TokenStream, errors: &mut Diagnostics) -> Option<Component> {
    let mut keys = Keys::parse("component", attr, errors);
    let mut header = Header::take("component", &mut keys, errors);
    header.finish(keys, errors);
    let mut block = impl_block("component", "Orchestrator", item, errors)?;
    let mut checks = Vec::new();
    let mut calls = Vec::new();
    let mut own = Vec::new();
    for item in std::mem::take(&mut block.items) {
        match item {
            ImplItem::Fn(mut method) => {
                checks.extend(health_check(&mut method, errors));
                match llm_call(&mut method, errors) {
                    Some(call) => calls.push(call),
                    None => own.push(ImplItem::Fn(method)),
                }
            }
            other => own.push(other),
        }
    }
    block.items = own;
    let docs = Docs::of(&block.attrs);
    Some(Component { calls, block, header, docs, checks })
}

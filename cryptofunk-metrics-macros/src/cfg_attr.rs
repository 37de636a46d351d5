//! `#[cfg_attr(…)]` inside our blocks: the compiler looks at it after us.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, Meta, Token, parse::Parser, parse_quote, punctuated::Punctuated,
};

/// The attributes that the macros read.
const READ: [&str; 11] = [
    "analysis",
    "cfg",
    "cfg_attr",
    "default",
    "doc",
    "health_check",
    "llm_call",
    "mcp_handler",
    "mcp_tool",
    "schemars",
    "serde",
];

/// Puts two methods in the place of one that has something we read under a condition: with it where the condition holds, and without it
/// elsewhere.
pub(crate) fn split(block: &mut ItemImpl) {
    let mut items = Vec::new();
    for item in std::mem::take(&mut block.items) {
        match item {
            ImplItem::Fn(method) => split_method(method, &mut items),
            other => items.push(other),
        }
    }
    block.items = items;
}

fn split_method(method: ImplItemFn, into: &mut Vec<ImplItem>) {
    let Some(condition) = first_condition(&method) else {
        return into.push(ImplItem::Fn(method));
    };
    let [mut with, mut without] = [true, false].map(|holds| {
        let mut form = method.clone();
        Decide { condition: &condition, holds }.method(&mut form);
        form
    });
    if is_tool(&with) && !is_tool(&without) {
        without.sig.inputs.iter_mut().for_each(bare);
    }
    with.attrs.push(parse_quote!(#[cfg(#condition)]));
    without.attrs.push(parse_quote!(#[cfg(not(#condition))]));
    split_method(with, into);
    split_method(without, into);
}

fn is_tool(method: &ImplItemFn) -> bool {
    method.attrs.iter().any(|attr| is_one_of(attr.path(), &["mcp_tool"]))
}

fn is_one_of(path: &syn::Path, names: &[&str]) -> bool {
    path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// Removes what only a tool's parameter can have.
fn bare(input: &mut FnArg) {
    if let FnArg::Typed(param) = input {
        param.attrs.retain(|attr| !is_one_of(attr.path(), &["default", "doc", "schemars", "serde"]));
    }
}

/// The condition of the first attribute that matters.
fn first_condition(method: &ImplItemFn) -> Option<TokenStream> {
    let params = method.sig.inputs.iter().flat_map(|input| match input {
        FnArg::Typed(param) => param.attrs.iter(),
        FnArg::Receiver(receiver) => receiver.attrs.iter(),
    });
    method
        .attrs
        .iter()
        .chain(params)
        .filter_map(conditional)
        .find_map(|(condition, attrs)| attrs.iter().any(|meta| is_one_of(meta.path(), &READ)).then_some(condition))
}

/// A condition, and what is there where it holds.
fn conditional(attr: &Attribute) -> Option<(TokenStream, Vec<Meta>)> {
    let Meta::List(list) = &attr.meta else { return None };
    if !attr.path().is_ident("cfg_attr") {
        return None;
    }
    let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
    let mut metas = parser.parse2(list.tokens.clone()).ok()?.into_iter();
    let condition = metas.next()?;
    Some((quote!(#condition), metas.collect()))
}

/// Replaces the attributes of one condition by what they say where it holds, or does not.
struct Decide<'a> {
    condition: &'a TokenStream,
    holds: bool,
}

impl Decide<'_> {
    fn decide(&self, attrs: &mut Vec<Attribute>) {
        *attrs = std::mem::take(attrs)
            .into_iter()
            .flat_map(|attr| {
                match conditional(&attr).and_then(|(condition, metas)| Some((self.holds(&condition)?, metas))) {
                    Some((true, metas)) => metas.into_iter().map(|meta| parse_quote!(#[#meta])).collect(),
                    Some((false, _)) => Vec::new(),
                    None => vec![attr],
                }
            })
            .collect();
    }

    /// Whether a condition holds, if it is this one or its opposite.
    fn holds(&self, condition: &TokenStream) -> Option<bool> {
        let [this, other] = [self.condition, condition].map(ToString::to_string);
        let opposite = |a: &TokenStream, b: &str| quote!(not(#a)).to_string() == b;
        if this == other {
            Some(self.holds)
        } else if opposite(self.condition, &other) || opposite(condition, &this) {
            Some(!self.holds)
        } else {
            None
        }
    }

    /// Does so at a method and its parameters.
    fn method(&self, method: &mut ImplItemFn) {
        self.decide(&mut method.attrs);
        for input in &mut method.sig.inputs {
            match input {
                FnArg::Typed(param) => self.decide(&mut param.attrs),
                FnArg::Receiver(receiver) => self.decide(&mut receiver.attrs),
            }
        }
    }
}

//! The help text of a metric: its doc comment as one line, also where macros such as `concat!` and `include_str!` write it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text as an expression, or nothing if there is none.
pub(super) fn of(attrs: &[Attribute], krate: &TokenStream) -> Option<TokenStream> {
    let docs = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => Some(&meta.value),
        _ => None,
    });
    let parts: Vec<Part> =
        docs.map(Part::of).filter(|part| !matches!(part, Part::Text(text) if text.is_empty())).collect();
    if parts.is_empty() {
        return None;
    }
    if parts.iter().any(|part| matches!(part, Part::Macro(_))) {
        let parts = parts.iter().enumerate().map(|(i, part)| if i == 0 { quote!(#part) } else { quote!(" ", #part) });
        return Some(quote!(#krate::__private::help(::core::concat!(#(#parts),*))));
    }
    let text: Vec<String> = parts.into_iter().map(Part::into_text).collect();
    Some(text.join(" ").into_token_stream())
}

enum Part<'a> {
    /// The words of a line.
    Text(String),
    /// What the compiler makes a text of.
    Macro(&'a Expr),
}

impl<'a> Part<'a> {
    fn of(expr: &'a Expr) -> Self {
        match expr {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => {
                Part::Text(line.value().split_whitespace().collect::<Vec<_>>().join(" "))
            }
            // A literal that came through a `macro_rules!` is in a group without delimiters.
            Expr::Group(group) => Part::of(&group.expr),
            other => Part::Macro(other),
        }
    }

    fn into_text(self) -> String {
        match self {
            Part::Text(text) => text,
            Part::Macro(_) => String::new(),
        }
    }
}

impl ToTokens for Part<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Part::Text(text) => text.to_tokens(tokens),
            Part::Macro(expr) => expr.to_tokens(tokens),
        }
    }
}

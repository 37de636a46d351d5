//! The parameters and results of methods.

use proc_macro2::Span;
use syn::{FnArg, GenericArgument, Ident, Pat, PathArguments, ReturnType, Type, spanned::Spanned};

/// The last word of a type's path: `Option` of `std::option::Option<f64>`.
pub(crate) fn last_word(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        Type::Group(group) => last_word(&group.elem),
        _ => None,
    }
}

/// Whether a type's last word is this one.
pub(crate) fn is(ty: &Type, word: &str) -> bool {
    last_word(ty).is_some_and(|ident| ident == word)
}

/// The types between the angle brackets.
pub(crate) fn inners(ty: &Type) -> impl Iterator<Item = &Type> {
    let arguments = match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.arguments),
        _ => None,
    };
    let arguments = match arguments {
        Some(PathArguments::AngleBracketed(arguments)) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The plain name of a parameter, if it has one.
pub(crate) fn name(arg: &FnArg) -> Option<&Ident> {
    match arg {
        FnArg::Typed(arg) => match &*arg.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(&pat.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

/// Where the value and the error of a returned type stand, for messages about them.
pub(crate) fn result_spans(output: &ReturnType, method: Span) -> (Span, Span) {
    let ReturnType::Type(_, ty) = output else { return (method, method) };
    let mut inner = is(ty, "Result").then(|| inners(ty)).into_iter().flatten();
    let ok = inner.next().unwrap_or(ty);
    (ok.span(), inner.next().unwrap_or(ty).span())
}

//! The parameters of tools and handlers.

use syn::{FnArg, GenericArgument, Ident, Pat, PathArguments, Type};

/// The last word of a type's path: `Option` of `std::option::Option<f64>`.
pub(super) fn last_word(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        Type::Group(group) => last_word(&group.elem),
        _ => None,
    }
}

/// Whether a type's last word is this one.
pub(super) fn is(ty: &Type, word: &str) -> bool {
    last_word(ty).is_some_and(|ident| ident == word)
}

/// The types between the angle brackets.
pub(super) fn inners(ty: &Type) -> impl Iterator<Item = &Type> {
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
pub(super) fn name(arg: &FnArg) -> Option<&Ident> {
    match arg {
        FnArg::Typed(arg) => match &*arg.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(&pat.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

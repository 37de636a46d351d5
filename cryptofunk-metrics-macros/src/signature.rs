//! The parameters and results of methods.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, Generics, Ident, PathArguments, ReturnType, Type, spanned::Spanned};

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

/// Whether a type is, by its name, one of those that arguments commonly have.
pub(crate) fn is_common(ty: &Type) -> bool {
    const COMMON: [&str; 17] = [
        "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
        "u128", "usize",
    ];
    let is_list = is(ty, "Option") || is(ty, "Vec");
    COMMON.iter().any(|word| is(ty, word)) || (is_list && inners(ty).all(is_common))
}

/// Whether a method may return a `Result`. An alias of it can have any name, so the compiler decides what is not plain.
pub(crate) fn may_return_result(output: &ReturnType) -> bool {
    match output {
        ReturnType::Type(_, ty) => last_word(ty).is_some() && !is_common(ty) && !is(ty, "Option") && !is(ty, "Vec"),
        ReturnType::Default => false,
    }
}

/// A type with the value of the `Result` that a method returns, if it can be named outside of the method; the error may be any.
pub(crate) fn result_with_value(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    let value = is(ty, "Result").then(|| inners(ty).next()).flatten();
    let ty = match value {
        Some(value) => syn::parse_quote!(::core::result::Result<#value, ()>),
        None => (**ty).clone(),
    };
    (!has_impl(&ty)).then(|| without_lifetimes(&ty))
}

/// The types between the angle brackets.
pub(crate) fn inners(ty: &Type) -> impl Iterator<Item = &Type> {
    let ty = match ty {
        Type::Group(group) => &group.elem,
        ty => ty,
    };
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

/// Where the value and the error of a returned type stand, for messages about them.
pub(crate) fn result_spans(output: &ReturnType, method: Span) -> (Span, Span) {
    let ReturnType::Type(_, ty) = output else { return (method, method) };
    let mut inner = is(ty, "Result").then(|| inners(ty)).into_iter().flatten();
    let ok = inner.next().unwrap_or(ty);
    (ok.span(), inner.next().unwrap_or(ty).span())
}

/// Whether a type is only known to the compiler: `impl Serialize`.
pub(crate) fn has_impl(ty: &Type) -> bool {
    struct Finder(bool);
    impl syn::visit_mut::VisitMut for Finder {
        fn visit_type_impl_trait_mut(&mut self, _: &mut syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut finder = Finder(false);
    syn::visit_mut::VisitMut::visit_type_mut(&mut finder, &mut ty.clone());
    finder.0
}

/// Whether a type mentions one of these names.
pub(crate) fn mentions(ty: &Type, names: &[String]) -> bool {
    fn any(tokens: TokenStream, names: &[String]) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => names.iter().any(|name| ident == name),
            TokenTree::Group(group) => any(group.stream(), names),
            _ => false,
        })
    }
    any(ty.to_token_stream(), names)
}

/// The names of parameters.
pub(crate) fn names_of(generics: &Generics) -> Vec<String> {
    let types = generics.type_params().map(|param| param.ident.to_string());
    types.chain(generics.const_params().map(|param| param.ident.to_string())).collect()
}

/// The type with every lifetime left to the compiler: the method's own are unknown outside of it.
pub(crate) fn without_lifetimes(ty: &Type) -> Type {
    struct Eraser;
    impl syn::visit_mut::VisitMut for Eraser {
        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            if lifetime.ident != "static" {
                *lifetime = syn::Lifetime::new("'_", lifetime.span());
            }
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Eraser, &mut ty);
    ty
}

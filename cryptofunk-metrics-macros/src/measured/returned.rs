//! What a function returns, as far as its signature says.

use syn::{
    AssocType, GenericArgument, PathArguments, ReturnType, Type, TypeParamBound,
    punctuated::Punctuated,
    visit_mut::{self, VisitMut},
};

use crate::signature;

/// How the outcome of a call is seen.
pub(super) enum Returned<'a> {
    /// A value that is no `Result` by its form: every call that returns is a success.
    Plain,
    /// A value that may be a `Result`; its type says so.
    Value(&'a Type),
    /// A boxed future of such a value, which `Box::pin` makes anew.
    Boxed(&'a Type),
    /// `impl Future` of such a value.
    Future(&'a Type),
}

/// What a function that is not `async` returns.
pub(super) fn of(output: &ReturnType) -> Returned<'_> {
    let ReturnType::Type(_, ty) = output else { return Returned::Plain };
    of_type(ty)
}

fn of_type(ty: &Type) -> Returned<'_> {
    match ty {
        Type::Group(group) => of_type(&group.elem),
        Type::Paren(paren) => of_type(&paren.elem),
        Type::ImplTrait(found) => future_output(&found.bounds).map_or(Returned::Plain, Returned::Future),
        Type::Path(_) if boxed_output(ty).is_some() => Returned::Boxed(ty),
        Type::Path(path) if path.qself.is_none() && path.path.get_ident().is_some_and(is_plain) => Returned::Plain,
        Type::Path(_) | Type::Macro(_) => Returned::Value(ty),
        _ => Returned::Plain,
    }
}

/// The names of types that are no `Result`, unless the user says so on purpose.
fn is_plain(name: &syn::Ident) -> bool {
    const PLAIN: [&str; 19] = [
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64", "String", "Self",
    ];
    PLAIN.iter().any(|plain| name == plain)
}

/// The `T` of `Pin<Box<dyn Future<Output = T>>>`.
fn boxed_output(ty: &Type) -> Option<&Type> {
    let inner = |ty, word| signature::is(ty, word).then(|| signature::inners(ty).next()).flatten();
    match inner(inner(ty, "Pin")?, "Box")? {
        Type::TraitObject(object) => future_output(&object.bounds),
        _ => None,
    }
}

fn future_output<P>(bounds: &Punctuated<TypeParamBound, P>) -> Option<&Type> {
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last().filter(|segment| segment.ident == "Future")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(AssocType { ident, ty, .. }) if ident == "Output" => Some(ty),
            _ => None,
        })
    })
}

/// The type as it may stand inside of the function, where `impl Trait` may not; nothing if it says nothing there.
pub(super) fn written(ty: &Type) -> Option<Type> {
    struct Eraser;
    impl VisitMut for Eraser {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            match ty {
                Type::ImplTrait(_) => *ty = syn::parse_quote!(_),
                _ => visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut ty = ty.clone();
    Eraser.visit_type_mut(&mut ty);
    // A variable of the type `!` is not stable.
    (!matches!(ty, Type::Infer(_) | Type::Never(_))).then_some(ty)
}

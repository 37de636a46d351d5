//! The body of an async method as a future.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Block, ReturnType, Type, spanned::Spanned, visit_mut::VisitMut};

use crate::local::local;

/// The body as an `async` block that compiles as it did in its method.
///
/// A block alone would not know what the method returns, and so what to turn a `Box<Error>` into. A `return` that is never reached
/// tells it.
pub(crate) fn future(body: &Block, output: &ReturnType) -> TokenStream {
    let statements = &body.stmts;
    let ReturnType::Type(_, ty) = output else { return quote!(async move { #(#statements)* }) };
    let (span, returned) = (ty.span(), local("__returned"));
    let ty = inferred(ty);
    let told = quote_spanned! {span=>
        #[allow(unreachable_code, clippy::all, clippy::pedantic)]
        if false {
            let #returned: #ty = loop {};
            return #returned;
        }
    };
    quote!(async move { #told #(#statements)* })
}

/// The type with `_` for every `impl Trait`, which cannot stand in a body.
fn inferred(ty: &Type) -> Type {
    struct Infer;
    impl VisitMut for Infer {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            match ty {
                Type::ImplTrait(_) => *ty = syn::parse_quote!(_),
                ty => syn::visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut ty = ty.clone();
    Infer.visit_type_mut(&mut ty);
    ty
}

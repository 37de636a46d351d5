use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, ReturnType, Safety, Signature, Stmt, Type, ext::IdentExt, spanned::Spanned};

use super::{
    parse::Measured,
    returned::{self, Returned},
};
use crate::runtime;

pub(super) fn measured(measured: &Measured) -> TokenStream {
    let sig = &measured.function.sig;
    let body = Body { measured, krate: runtime::path(), stmts: &measured.function.block.stmts };
    let body = match (&sig.asyncness, returned::of(&sig.output)) {
        (Some(_), _) => body.of_async(),
        (None, Returned::Plain) => body.in_place(),
        (None, Returned::Value(ty)) => body.in_closure(ty),
        (None, Returned::Boxed(ty)) => body.of_boxed_future(ty),
        (None, Returned::Future(output)) => body.of_future(output),
    };
    let mut function = measured.function.clone();
    function.block.stmts = vec![Stmt::Expr(Expr::Verbatim(body), None)];
    quote!(#function)
}

/// What a future gives.
enum Output {
    Never,
    Unit,
    /// Of a type that says how the call ended.
    Value,
}

struct Body<'a> {
    measured: &'a Measured,
    krate: TokenStream,
    stmts: &'a [Stmt],
}

/// A name that the function's own code cannot see.
fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

impl Body<'_> {
    fn sig(&self) -> &Signature {
        &self.measured.function.sig
    }

    /// Starts a call of this kind.
    fn start(&self, kind: &str) -> TokenStream {
        let Body { measured: Measured { families, name, .. }, krate, .. } = self;
        let kind = Ident::new(kind, Span::call_site());
        let name = match name {
            Some(name) => quote!(#name),
            None => {
                let name = self.sig().ident.unraw().to_string();
                quote!(#name)
            }
        };
        let families = quote_spanned!(families.span()=> #families::FAMILIES);
        quote! {{
            static __SITE: #krate::__private::measured::Site =
                #krate::__private::measured::Site::new(#families, #name, ::core::module_path!());
            #krate::__private::measured::Site::#kind(&__SITE)
        }}
    }

    /// Ends a call with this value.
    fn finish(&self, call: &Ident, value: &Ident) -> TokenStream {
        let krate = &self.krate;
        quote! {
            #krate::__private::measured::Call::finish(#call, {
                use #krate::__private::measured::NoResult as _;
                #krate::__private::measured::Outcome(&#value).__measured_failed()
            });
        }
    }

    /// The body where it is, under a guard.
    fn in_place(&self) -> TokenStream {
        let (call, start, stmts) = (hidden("__call"), self.start("plain"), self.stmts);
        quote! {
            let #call = #start;
            { #(#stmts)* }
        }
    }

    /// The body as a closure, of which `return` and `?` leave no more.
    fn closure(&self, output: Option<&Type>) -> TokenStream {
        let stmts = self.stmts;
        let output = output.map(|ty| quote!(-> #ty));
        let body = match &self.sig().safety {
            // What the whole function may do, its closure may do.
            Safety::Unsafe(keyword) => quote!({ #[allow(unused_unsafe)] #keyword { #(#stmts)* } }),
            _ => quote!({ #(#stmts)* }),
        };
        quote!(move || #output #body)
    }

    fn in_closure(&self, ty: &Type) -> TokenStream {
        let (krate, start) = (&self.krate, self.start("fallible"));
        let (call, value) = (hidden("__call"), hidden("__value"));
        let closure = self.closure(returned::written(ty).as_ref());
        let finish = self.finish(&call, &value);
        quote! {
            let #call = #start;
            let #value = #krate::__private::measured::once(#closure);
            #finish
            #value
        }
    }

    /// Awaits a future, and records how it ended, or that it was dropped.
    fn awaited(&self, future: &TokenStream, output: Output) -> TokenStream {
        let start = self.start("future");
        let (call, value) = (hidden("__call"), hidden("__value"));
        match output {
            Output::Never => return quote!(let #call = #start; #future.await),
            Output::Unit => {
                let krate = &self.krate;
                return quote! {
                    let #call = #start;
                    #future.await;
                    #krate::__private::measured::Call::finish(#call, false);
                };
            }
            Output::Value => {}
        }
        let finish = self.finish(&call, &value);
        quote! {
            let #call = #start;
            let #value = #future.await;
            #finish
            #value
        }
    }

    fn of_async(&self) -> TokenStream {
        let stmts = self.stmts;
        let output = match &self.sig().output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(&**ty),
        };
        // Never executed. It gives the block the declared type, to which what is returned is coerced.
        let typed = output.and_then(returned::written).map(|ty| {
            let never = hidden("__never");
            quote_spanned! {ty.span()=>
                #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::empty_loop, clippy::needless_return)]
                if false {
                    let #never: #ty = loop {};
                    return #never;
                }
            }
        });
        let output = match output {
            None => Output::Unit,
            Some(Type::Tuple(tuple)) if tuple.elems.is_empty() => Output::Unit,
            Some(Type::Never(_)) => Output::Never,
            Some(_) => Output::Value,
        };
        self.awaited(&quote!(async move { #typed { #(#stmts)* } }), output)
    }

    fn of_boxed_future(&self, ty: &Type) -> TokenStream {
        let (krate, future) = (&self.krate, hidden("__future"));
        let closure = self.closure(Some(ty));
        let awaited = self.awaited(&quote!(#future), Output::Value);
        quote! {
            let #future = #krate::__private::measured::once(#closure);
            ::std::boxed::Box::pin(async move { #awaited })
        }
    }

    fn of_future(&self, output: &Type) -> TokenStream {
        let (krate, future) = (&self.krate, hidden("__future"));
        let closure = self.closure(None);
        let output = returned::written(output).map_or_else(|| quote!(_), |ty| quote!(#ty));
        let awaited = self.awaited(&quote!(#future), Output::Value);
        quote! {
            let #future = #krate::__private::measured::future::<_, #output>(#closure);
            async move { #awaited }
        }
    }
}

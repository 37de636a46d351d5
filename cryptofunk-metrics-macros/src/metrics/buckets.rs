//! `buckets = …`: a list, `exponential(start, factor, count)`, `linear(start, width, count)`, or another expression, such as a constant.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprArray, ExprCall, ExprLit, ExprUnary, Ident, Lit, UnOp};

use crate::diagnostics::Diagnostics;

const MAX_BUCKETS: usize = 256;

/// What bounds are made from.
enum Bounds<'a> {
    List(&'a ExprArray),
    /// A call of a function of this name that the library has.
    Series {
        name: &'a Ident,
        call: &'a ExprCall,
    },
    /// What only the compiler's evaluation knows.
    Other(&'a Expr),
}

impl<'a> Bounds<'a> {
    fn of(buckets: &'a Expr) -> Self {
        match buckets {
            Expr::Array(array) => Bounds::List(array),
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => match path.path.get_ident() {
                    Some(name) if name == "exponential" || name == "linear" => Bounds::Series { name, call },
                    _ => Bounds::Other(buckets),
                },
                _ => Bounds::Other(buckets),
            },
            // An expression that came through a `macro_rules!` is in a group without delimiters.
            Expr::Group(group) => Bounds::of(&group.expr),
            _ => Bounds::Other(buckets),
        }
    }
}

/// Refuses what is wrong with literals; the compiler's evaluation checks the rest.
pub(super) fn check(buckets: &Expr, errors: &mut Diagnostics) {
    match Bounds::of(buckets) {
        Bounds::List(array) => list(array, errors),
        Bounds::Series { name, call } => series(name, call, errors),
        Bounds::Other(_) => {}
    }
}

/// The bounds as `&[f64]`. Whole numbers may stand without their point.
pub(super) fn expand(buckets: &Expr, krate: &TokenStream) -> TokenStream {
    match Bounds::of(buckets) {
        Bounds::List(array) => {
            let bounds = array.elems.iter().map(float);
            quote!(&[#(#bounds),*])
        }
        Bounds::Series { name, call } => {
            let mut arguments = call.args.iter();
            let (Some(start), Some(step), Some(count)) = (arguments.next(), arguments.next(), arguments.next()) else {
                unreachable!("checked: a series of bounds has three arguments")
            };
            let (start, step) = (float(start), float(step));
            quote!(&#krate::buckets::#name::<{ #count }>(#start, #step))
        }
        // A reference to an array, or to a slice: both become a slice.
        Bounds::Other(expr) => quote!(&#expr),
    }
}

/// A number, whole or not, as `f64`.
pub(super) fn float(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Lit(_) | Expr::Path(_) | Expr::Unary(_) | Expr::Group(_) | Expr::Call(_) => {
            quote!(#expr as ::core::primitive::f64)
        }
        _ => quote!((#expr) as ::core::primitive::f64),
    }
}

/// Whether only the compiler's evaluation knows the bounds.
pub(super) fn are_computed(buckets: &Expr) -> bool {
    !matches!(Bounds::of(buckets), Bounds::List(array) if array.elems.iter().all(|bound| number(bound).is_some()))
}

fn list(array: &ExprArray, errors: &mut Diagnostics) {
    if array.elems.is_empty() {
        errors.error(array, "a histogram needs at least one bucket bound");
    }
    if array.elems.len() > MAX_BUCKETS {
        errors.error(
            array,
            format!("{} buckets are more than the {MAX_BUCKETS} that a histogram may have", array.elems.len()),
        );
    }
    let mut before: Option<f64> = None;
    for bound in &array.elems {
        let Some(value) = number(bound) else {
            if is_text(bound) {
                errors
                    .error(bound, "a bucket bound is a number in the unit that ends the metric's name, such as `0.25`");
            }
            continue;
        };
        if !value.is_finite() {
            errors.error(bound, "this bound is past all numbers; `+Inf` is added by itself");
        }
        match before {
            Some(before) if value <= before => {
                errors.error(bound, format!("bucket bounds increase: {value} does not come after {before}"));
            }
            _ => before = Some(value),
        }
    }
}

fn series(name: &Ident, call: &ExprCall, errors: &mut Diagnostics) {
    let exponential = name == "exponential";
    let (step, example) = if exponential {
        ("factor", "exponential(0.001, 2, 15)` for 15 bounds from 1 ms on, each twice the one before it")
    } else {
        ("width", "linear(10, 5, 4)` for 10, 15, 20 and 25")
    };
    let arguments: Vec<&Expr> = call.args.iter().collect();
    let [start, factor, count] = arguments[..] else {
        errors.error(call, format!("`{name}` takes three arguments, `{name}(start, {step}, count)`: `{example}"));
        return;
    };
    for (argument, what) in [(start, "start"), (factor, step), (count, "count")] {
        if is_text(argument) {
            errors.error(argument, format!("`{what}` is a number: `{name}(start, {step}, count)`, such as `{example}"));
        }
    }
    if let Some(start_value) = number(start)
        && exponential
        && start_value <= 0.0
    {
        errors.error(start, "exponential buckets start above 0: the bounds after the first are multiples of it");
    }
    match number(factor) {
        Some(value) if exponential && value <= 1.0 => {
            errors.error(factor, format!("with the factor {value} the bounds would not increase: take one above 1"));
        }
        Some(value) if !exponential && value <= 0.0 => {
            errors.error(factor, format!("with the width {value} the bounds would not increase: take one above 0"));
        }
        _ => {}
    }
    match number(count) {
        Some(value)
            if value.fract() != 0.0
                || value < 1.0
                || matches!(count, Expr::Lit(ExprLit { lit: Lit::Float(_), .. })) =>
        {
            errors.error(count, "`count` is how many bounds there are, a whole number from 1 on");
        }
        Some(value) if value > MAX_BUCKETS as f64 => {
            errors.error(count, format!("{value} buckets are more than the {MAX_BUCKETS} that a histogram may have"));
        }
        _ => {}
    }
}

pub(super) fn is_text(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Float(_) | Lit::Int(_), .. }) => false,
        Expr::Lit(_) => true,
        Expr::Group(group) => is_text(&group.expr),
        _ => false,
    }
}

pub(super) fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Float(lit), .. }) => lit.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) if lit.suffix().is_empty() => lit.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|value| -value),
        Expr::Group(group) => number(&group.expr),
        _ => None,
    }
}

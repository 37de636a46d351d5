use std::collections::HashMap;

use quote::ToTokens;
use syn::{Expr, ExprLit, Fields, GenericParam, Lit, Type};

use super::parse::{Kind, Label, Variant};
use crate::diagnostics::Diagnostics;

pub(super) const NO_VALUES: &str =
    "a budget of 0 values would record everything as `other`; leave the label out instead";

pub(super) fn label(label: &Label, errors: &mut Diagnostics) {
    for parameter in &label.generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            errors.error(
                parameter,
                "a label type has no type or constant as a parameter: its values must be known by themselves; a lifetime may stand \
                 there, for a borrowed text",
            );
        }
    }
    match &label.kind {
        Kind::Closed { variants, .. } => closed(variants, errors),
        Kind::Fixed { field } => {
            if !is_static_str(field) {
                errors.error(
                    field,
                    "a fixed label wraps a `&'static str`, so that its values can only be written in the code; values from outside, \
                     texts or integers, take `#[label(open, limit = 100)]`",
                );
            }
        }
        // What it may wrap is known by its type, not by its name.
        Kind::Open { limit: Expr::Lit(ExprLit { lit: Lit::Int(limit), .. }), .. } => {
            match limit.base10_parse::<usize>() {
                Ok(0) => errors.error(limit, NO_VALUES),
                Ok(_) => {}
                Err(error) => errors.add(error),
            }
        }
        Kind::Open { .. } => {}
    }
}

fn closed(variants: &[Variant], errors: &mut Diagnostics) {
    let mut seen: HashMap<&str, &Variant> = HashMap::new();
    for variant in variants {
        if !matches!(variant.fields, Fields::Unit) {
            errors.error(
                &variant.fields,
                format!(
                    "`{}` carries data, so its values are not a closed set; a closed label has plain variants",
                    variant.ident
                ),
            );
        }
        if let Some(first) = seen.insert(&variant.value, variant) {
            let token =
                variant.rename.as_ref().map_or_else(|| variant.ident.to_token_stream(), ToTokens::to_token_stream);
            errors.error(
                token,
                format!("`{}` has the value `{}` too; two series would be one", first.ident, variant.value),
            );
        }
    }
}

fn is_static_str(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => {
            reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static")
                && ends_with(&reference.elem, "str")
        }
        _ => false,
    }
}

fn ends_with(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}

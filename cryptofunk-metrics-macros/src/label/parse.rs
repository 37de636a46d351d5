use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Fields, Generics, Ident, Lit, LitStr, Type};

use crate::{
    attr::{Keys, ungrouped},
    diagnostics::{Diagnostics, did_you_mean, list},
};

/// A type that derives `Label`.
pub(super) struct Label {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Closed {
        variants: Vec<Variant>,
        /// Whether a series exists only once it is used.
        on_demand: bool,
    },
    Fixed {
        field: Type,
    },
    Open {
        field: Type,
        /// A whole number, or a constant, whose value only the compiler knows.
        limit: Expr,
    },
}

pub(super) struct Variant {
    pub(super) ident: Ident,
    pub(super) fields: Fields,
    pub(super) value: String,
    /// Where the value stands: its `rename`, or the variant.
    pub(super) rename: Option<LitStr>,
}

pub(super) fn label(input: TokenStream, errors: &mut Diagnostics) -> Option<Label> {
    let mut input = errors.take(syn::parse2::<DeriveInput>(input))?;
    let kind = match input.data {
        Data::Enum(data) => closed(&input.ident, &mut input.attrs, data, errors),
        Data::Struct(data) => newtype(&input.ident, &mut input.attrs, data.fields, errors),
        Data::Union(data) => {
            errors.error(data.union_token, "a union cannot be a label; use an enum, or a struct of one field");
            None
        }
    }?;
    Some(Label { ident: input.ident, generics: input.generics, kind })
}

fn closed(ident: &Ident, attrs: &mut Vec<Attribute>, data: syn::DataEnum, errors: &mut Diagnostics) -> Option<Kind> {
    let mut keys = Keys::extract("label", attrs, errors).unwrap_or_else(|| Keys::none("label"));
    for kind in ["fixed", "open"] {
        if let Some(pair) = keys.take(kind) {
            errors.error(
                &pair.key,
                format!("an enum is a closed label: its variants are all its values; `{kind}` belongs on a struct of one field"),
            );
        }
    }
    let on_demand = keys.flag("on_demand", errors).unwrap_or(false);
    let case = keys.string("rename_all", errors).map_or(Some(Case::Snake), |name| case(&name, errors));
    keys.finish(errors);
    if data.variants.is_empty() {
        errors.error(ident, "a closed label needs at least one variant: each is a value");
    }
    let variants = data.variants.into_iter().map(|mut variant| {
        let mut keys = Keys::extract("label", &mut variant.attrs, errors).unwrap_or_else(|| Keys::none("label"));
        let rename = keys.string("rename", errors);
        keys.finish(errors);
        let name = variant.ident.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name);
        let value =
            rename.as_ref().map_or_else(|| case.map_or_else(String::new, |case| case.apply(name)), LitStr::value);
        Variant { ident: variant.ident, fields: variant.fields, value, rename }
    });
    let variants = variants.collect();
    case.map(|_| Kind::Closed { variants, on_demand })
}

fn newtype(ident: &Ident, attrs: &mut Vec<Attribute>, fields: Fields, errors: &mut Diagnostics) -> Option<Kind> {
    let mut keys = Keys::extract("label", attrs, errors).unwrap_or_else(|| Keys::none("label"));
    let fixed = keys.flag("fixed", errors).unwrap_or(false);
    let open = keys.take("open");
    let limit = keys.take("limit");
    keys.finish(errors);
    let field = match fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.into_iter().next().map(|field| field.ty),
        _ => None,
    };
    let Some(field) = field else {
        errors.error(ident, "a label struct wraps its text and nothing else: `struct Symbol(String);`");
        return None;
    };
    match (fixed, open, limit) {
        (true, None, None) => Some(Kind::Fixed { field }),
        (true, None, Some(limit)) => {
            errors.error(&limit.key, "a fixed label needs no `limit`: its values are written in the code");
            None
        }
        (true, Some(open), _) => {
            errors.error(
                &open.key,
                "a label is `fixed` (values written in the code) or `open` (values from outside), not both",
            );
            None
        }
        (false, Some(_), Some(limit)) => match limit.value.as_ref().map(ungrouped).cloned() {
            Some(limit @ Expr::Lit(ExprLit { lit: Lit::Int(_), .. })) => Some(Kind::Open { field, limit }),
            Some(limit) if !matches!(limit, Expr::Lit(_) | Expr::Unary(_)) => Some(Kind::Open { field, limit }),
            other => {
                errors.error(
                    other.map_or_else(|| quote::quote!(limit), |value| quote::quote!(#value)),
                    "`limit` takes a whole number or a constant: `limit = 100`",
                );
                None
            }
        },
        (false, Some(open), None) => {
            errors.error(
                &open.key,
                "an open label needs a budget, so that nobody can grow the series without end: `#[label(open, limit = 100)]`",
            );
            None
        }
        (false, None, _) => {
            errors.error(
                ident,
                "say where the values come from: `#[label(fixed)]` for values written in the code, or \
                 `#[label(open, limit = 100)]` for values from outside",
            );
            None
        }
    }
}

/// How the names of variants become values; serde's cases with serde's rules.
#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const CASES: [(&str, Case); 8] = [
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

fn case(name: &LitStr, errors: &mut Diagnostics) -> Option<Case> {
    let text = name.value();
    let found = CASES.iter().find(|(known, _)| *known == text).map(|(_, case)| *case);
    if found.is_none() {
        let known: Vec<&str> = CASES.iter().map(|(known, _)| *known).collect();
        errors.error(
            name,
            format!("unknown case `{text}`{} (cases: {})", did_you_mean(&text, known.iter().copied()), list(&known)),
        );
    }
    found
}

impl Case {
    fn apply(self, variant: &str) -> String {
        let words = |separator: char| {
            let mut out = String::new();
            for (i, c) in variant.char_indices() {
                if i > 0 && c.is_uppercase() {
                    out.push(separator);
                }
                out.extend(c.to_lowercase());
            }
            out
        };
        match self {
            Case::Lower => variant.to_lowercase(),
            Case::Upper => variant.to_uppercase(),
            Case::Pascal => variant.to_owned(),
            Case::Camel => {
                let mut chars = variant.chars();
                chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect()
            }
            Case::Snake => words('_'),
            Case::ScreamingSnake => words('_').to_uppercase(),
            Case::Kebab => words('-'),
            Case::ScreamingKebab => words('-').to_uppercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CASES;

    #[test]
    fn cases_are_serdes() {
        let all: Vec<String> = CASES.iter().map(|(_, case)| case.apply("TimedOut")).collect();
        assert_eq!(
            all,
            ["timedout", "TIMEDOUT", "TimedOut", "timedOut", "timed_out", "TIMED_OUT", "timed-out", "TIMED-OUT"]
        );
    }
}

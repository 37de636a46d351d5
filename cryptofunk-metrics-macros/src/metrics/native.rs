//! `native`, or `native(factor = …, schema = …, max_buckets = …, zero_threshold = …)`.

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, Ident};

use super::buckets::{float, is_text, number};
use crate::{
    attr::{Keys, Pair},
    diagnostics::Diagnostics,
};

/// How the buckets of a native histogram are made, as far as it is said.
#[derive(Clone)]
pub(super) struct Native {
    /// The word `native`, or the name of a convention's family.
    pub(super) key: Ident,
    factor: Option<Expr>,
    schema: Option<Expr>,
    max_buckets: Option<Expr>,
    zero_threshold: Option<Expr>,
}

/// What each option takes, for messages.
const FACTOR: &str = "a number above 1, by which bounds grow at most: `factor = 1.1`";
const SCHEMA: &str = "a whole number from -4 to 8: `schema = 3`";
const MAX_BUCKETS: &str = "a whole number above 0: `max_buckets = 160`";
const ZERO_THRESHOLD: &str = "a number from 0 on: `zero_threshold = 0.000001`";

impl Native {
    /// Reads a key of this form; `attribute` is what messages call the place of its options.
    pub(super) fn parse(pair: Pair, attribute: &'static str, errors: &mut Diagnostics) -> Self {
        let mut keys = match pair.value {
            None => Keys::none(attribute),
            Some(value) => match syn::parse2::<Group>(value.to_token_stream()) {
                Ok(group) if matches!(value, Expr::Verbatim(_)) => Keys::parse(attribute, group.stream(), errors),
                _ => {
                    let key = &pair.key;
                    errors.error(value, format!("`{key}` stands alone, or has options: `{key}(factor = 1.1)`"));
                    Keys::none(attribute)
                }
            },
        };
        let mut option = |key, takes: &str| keys.expression(key, takes, errors);
        let native = Native {
            key: pair.key,
            factor: option("factor", FACTOR),
            schema: option("schema", SCHEMA),
            max_buckets: option("max_buckets", MAX_BUCKETS),
            zero_threshold: option("zero_threshold", ZERO_THRESHOLD),
        };
        keys.finish(errors);
        native
    }

    /// The defaults.
    pub(super) fn plain(key: Ident) -> Self {
        Native { key, factor: None, schema: None, max_buckets: None, zero_threshold: None }
    }

    /// Refuses what is wrong with literals; the compiler's evaluation checks the rest.
    pub(super) fn check(&self, errors: &mut Diagnostics) {
        type IsRight = fn(f64) -> bool;
        fn whole(value: f64) -> bool {
            value.fract() == 0.0
        }
        let checks: [(&Option<Expr>, &str, &str, IsRight); 4] = [
            (&self.factor, "factor", FACTOR, |value| value > 1.0 && value.is_finite()),
            (&self.schema, "schema", SCHEMA, |value| whole(value) && (-4.0..=8.0).contains(&value)),
            (&self.max_buckets, "max_buckets", MAX_BUCKETS, |value| {
                whole(value) && (1.0..=f64::from(u32::MAX)).contains(&value)
            }),
            (&self.zero_threshold, "zero_threshold", ZERO_THRESHOLD, |value| value >= 0.0 && value.is_finite()),
        ];
        for (value, name, takes, is_right) in checks {
            let Some(value) = value else { continue };
            if is_text(value) || number(value).is_some_and(|number| !is_right(number)) {
                errors.error(value, format!("`{name}` takes {takes}"));
            }
        }
        if let (Some(_), Some(schema)) = (&self.factor, &self.schema) {
            errors.error(schema, "`factor` and `schema` say the same in two ways: remove one of them");
        }
    }

    /// The settings as a constant.
    pub(super) fn expand(&self, krate: &TokenStream) -> TokenStream {
        let factor = self.factor.as_ref().map(|factor| {
            let factor = float(factor);
            quote!(.with_factor(#factor))
        });
        let schema = self.schema.as_ref().map(|schema| quote!(.with_schema(#schema)));
        let max_buckets = self.max_buckets.as_ref().map(|max_buckets| quote!(.with_max_buckets(#max_buckets)));
        let zero_threshold = self.zero_threshold.as_ref().map(|threshold| {
            let threshold = float(threshold);
            quote!(.with_zero_threshold(#threshold))
        });
        quote!(#krate::native::NativeHistogram::DEFAULT #factor #schema #max_buckets #zero_threshold)
    }

    /// Refuses native histograms in a program that cannot expose them.
    pub(super) fn check_feature(&self, krate: &TokenStream) -> TokenStream {
        quote_spanned!(self.key.span()=> #krate::__private::check_native())
    }
}

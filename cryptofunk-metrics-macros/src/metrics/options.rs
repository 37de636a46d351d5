//! `#[convention(…)]`: what a module changes of its conventions.

use quote::ToTokens;
use syn::{
    Attribute, Ident, Meta, Result, Token, Type, parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    token,
};

use super::{
    conventions::{COMPONENT, Convention},
    declarations::Metric,
    natives::Natives,
};
use crate::{
    attr::Pair,
    diagnostics::{Diagnostics, did_you_mean, list},
};

/// The keys of `#[convention(…)]`.
#[derive(Default)]
pub(super) struct Options {
    /// Other bounds, by family.
    buckets: Vec<Pair>,
    /// Histograms that make buckets themselves too.
    natives: Natives,
    /// Families that the module does not have.
    without: Vec<Ident>,
    /// The label of an agent's signals.
    pub(super) signal: Option<Type>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Options::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            if key == "buckets" {
                let content;
                parenthesized!(content in input);
                options.buckets.extend(Punctuated::<Pair, Token![,]>::parse_terminated(&content)?);
            } else if key == "native" {
                let families = if input.peek(token::Paren) {
                    let content;
                    parenthesized!(content in input);
                    Some(Punctuated::<Pair, Token![,]>::parse_terminated(&content)?.into_iter().collect())
                } else {
                    None
                };
                options.natives.extend(Natives::parse(key, families));
            } else if key == "without" {
                let content;
                parenthesized!(content in input);
                options.without.extend(Punctuated::<Ident, Token![,]>::parse_terminated(&content)?);
            } else if key == "signal" {
                input.parse::<Token![=]>()?;
                options.signal = Some(input.parse()?);
            } else {
                let name = key.to_string();
                let keys = ["buckets", "native", "without", "signal"];
                let message = format!(
                    "unknown key `{name}` in `#[convention]`{} (keys: `buckets(family = […])`, `native(family)`, `without(family)`, `signal = Label`)",
                    did_you_mean(&name, keys),
                );
                return Err(syn::Error::new(key.span(), message));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    /// The options of all `#[convention(…)]` attributes, which are removed from `attrs`.
    pub(super) fn extract(attrs: &mut Vec<Attribute>, has_convention: bool, errors: &mut Diagnostics) -> Self {
        let (ours, others): (Vec<_>, Vec<_>) =
            std::mem::take(attrs).into_iter().partition(|attr| attr.path().is_ident("convention"));
        *attrs = others;
        let mut all = Options::default();
        for attr in ours {
            if !has_convention {
                errors.error(
                    &attr,
                    "this module has no convention to change: `#[metrics(namespace = \"…\", convention = \"mcp\")]`",
                );
                continue;
            }
            let Meta::List(meta) = &attr.meta else {
                errors.error(&attr, "expected `#[convention(key(…))]`, such as `#[convention(without(result_bytes))]`");
                continue;
            };
            if let Some(options) = errors.take(syn::parse2::<Options>(meta.tokens.clone())) {
                all.buckets.extend(options.buckets);
                all.natives.extend(options.natives);
                all.without.extend(options.without);
                if let (Some(signal), Some(_)) = (&options.signal, &all.signal) {
                    errors.error(signal, "`signal` is given twice");
                }
                all.signal = options.signal.or(all.signal);
            }
        }
        all
    }

    /// Whether the module leaves out the families that other conventions bring with them.
    pub(super) fn is_without_component(&self) -> bool {
        self.without.iter().any(|name| name == COMPONENT)
    }

    /// Applies bounds and omissions to the families of the module's conventions.
    pub(super) fn apply(self, conventions: &[&Convention], metrics: &mut Vec<Metric>, errors: &mut Diagnostics) {
        let known: Vec<String> = metrics.iter().map(|metric| metric.sig.ident.to_string()).collect();
        let unknown = |name: &Ident, errors: &mut Diagnostics| {
            let conventions: Vec<&str> = conventions.iter().map(|convention| convention.name).collect();
            let text = name.to_string();
            let message = format!(
                "no convention of this module has the family `{text}`{} (conventions: {})",
                did_you_mean(&text, known.iter().map(String::as_str)),
                list(&conventions),
            );
            errors.error(name, message);
        };
        let mut given = Vec::new();
        for Pair { key, value } in self.buckets {
            if given.contains(&key) || self.without.contains(&key) {
                errors.error(&key, format!("`{key}` is given twice: other bounds once, or left out by `without`"));
                continue;
            }
            given.push(key.clone());
            match (metrics.iter_mut().find(|metric| metric.sig.ident == key), value) {
                (None, _) => unknown(&key, errors),
                (Some(metric), Some(value)) if metric.buckets.is_some() => metric.buckets = Some(value),
                (Some(_), Some(_)) => {
                    errors.error(&key, format!("`{key}` is no histogram, so it has no buckets"));
                }
                (Some(_), None) => {
                    errors.error(
                        key.to_token_stream(),
                        format!("`{key}` takes the upper bounds: `{key} = [0.01, 0.1, 1.0]`"),
                    );
                }
            }
        }
        self.natives.apply(metrics, &self.without, unknown, errors);
        let mut left_out = Vec::new();
        for name in self.without {
            if left_out.contains(&name) {
                errors.error(&name, format!("`{name}` is left out twice"));
                continue;
            }
            left_out.push(name.clone());
            if name == COMPONENT {
                if conventions.iter().any(|convention| convention.name == COMPONENT) {
                    errors.error(&name, "this module names the convention `component`; remove one of the two");
                }
                continue;
            }
            match metrics.iter().position(|metric| metric.sig.ident == name) {
                Some(position) => drop(metrics.remove(position)),
                None => unknown(&name, errors),
            }
        }
        if let Some(signal) = &self.signal
            && !conventions.iter().any(|convention| convention.name == "agent")
        {
            errors.error(
                signal,
                "`signal` is the label of an agent's signals, and this module has no convention `agent`",
            );
        }
    }
}
